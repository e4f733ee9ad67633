/** A run of chaos. Times in ms unless the name says otherwise. */
export interface ChaosSettings {
  readonly seconds: number;
  readonly seed: number;
  readonly replicas: number;
  readonly solutions: number;
  /** Keeps the folder with logs and database, also when all is well. */
  readonly keep: boolean;
}

/** Of the target: short, so that a lease is short, and much happens in ten minutes. */
export const timeoutMs = 2_000;
export const leaseMs = timeoutMs + 5_000;
/** How late an effect may land after its time-out; generous, because it must hold on a machine that is busy. */
export const lateMs = 4_000;
/** Longest delay of a call by a fault: after the client has given up, and well before `lateMs` is over. */
export const longestDelayMs = timeoutMs + 1_500;

/** How long everything may take to come to an end once nobody disturbs it any more. */
export const calmWithinMs = 300_000;
