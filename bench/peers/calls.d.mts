export declare const stepCount: number;

export declare class Refused extends Error {}

export interface Calls {
  /** Each step reads before it writes; otherwise the write alone says what it expects. */
  readonly reading: boolean;
  read(key: string): Promise<string | null>;
  /** @throws Refused */
  write(key: string, from: string | null, to: string | null): Promise<void>;
  close(): Promise<void>;
}

export declare function makeCalls(origin: string, options: { readonly reading: boolean }): Calls;
