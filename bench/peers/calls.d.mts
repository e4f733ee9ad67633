export declare const stepCount: number;

export declare class Refused extends Error {}

export interface Calls {
  read(key: string): Promise<string | null>;
  /** @throws Refused */
  write(key: string, value: string | null): Promise<void>;
  close(): Promise<void>;
}

export declare function makeCalls(origin: string): Calls;
