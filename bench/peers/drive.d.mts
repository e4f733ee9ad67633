export interface Load {
  /** Sagas at once. */
  readonly inFlight: number;
  readonly warmMs: number;
  readonly measureMs: number;
  readonly undone: boolean;
}

export interface Measured {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of the engine's process, warming up included. */
  readonly cpuMs: number;
}

/** @param run resolves when the saga has ended */
export function drive(run: (id: string, undone: boolean) => Promise<void>, load: Load): Promise<Measured>;
