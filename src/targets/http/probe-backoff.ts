import type { IBackoff, IBackoffFactory } from 'cockatiel';

export interface ProbeTimes {
  /** From the opening to the first probe, ms; doubles with each that fails. */
  readonly probeAfterMs: number;
  readonly maxProbeAfterMs: number;
}

/** Who asks for more is asked again after so long all the same: it may be mended earlier. */
const longestAskedMs = 300_000;

interface Reason {
  readonly attempt: number;
  readonly result: unknown;
}

/** Pauses between probes: doubling, or as long as the channel asks for, with a tenth of jitter so that replicas do not ask in step. */
export class ProbeBackoff implements IBackoffFactory<Reason> {
  lastMs = 0;

  constructor(
    private readonly times: ProbeTimes,
    private readonly askedFor: (result: unknown) => number | undefined,
    private readonly random: () => number = Math.random,
  ) {}

  next({ attempt, result }: Reason): IBackoff<Reason> {
    const { probeAfterMs, maxProbeAfterMs } = this.times;
    const doubled = Math.min(maxProbeAfterMs, probeAfterMs * 2 ** Math.min(attempt - 1, 20));
    const asked = Math.min(longestAskedMs, this.askedFor(result) ?? 0);
    const duration = Math.round(Math.max(doubled, asked) * (1 + this.random() / 10));
    this.lastMs = duration;
    return { duration, next: (context) => this.next(context) };
  }
}
