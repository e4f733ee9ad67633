export interface Load {
  /** Sagas at once. */
  readonly inFlight: number;
  readonly warmMs: number;
  /**
   * So many at once while warming up, which then ends before the measurement begins; left out: as many as are measured. Sagas
   * one by one would be measured on code that has run a hundred times, which V8 still interprets.
   */
  readonly warmInFlight?: number;
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
