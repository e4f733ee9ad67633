import type { Accepted } from './life.js';

/** How long things took, in ms. */
export class Stalls {
  /** The longest time in which no operation was accepted or ended although one was under way. */
  longestMs = 0;
  /** From acceptance to end. */
  slowestMs = 0;
  medianMs = 0;

  measure(accepted: readonly Accepted[]): void {
    const marks = accepted
      .flatMap(({ acceptedMs, endedMs }) => [
        { atMs: acceptedMs, by: 1 },
        ...(endedMs === null ? [] : [{ atMs: endedMs, by: -1 }]),
      ])
      .sort((a, b) => a.atMs - b.atMs);
    let open = 0;
    let lastMs = marks[0]?.atMs ?? 0;
    for (const { atMs, by } of marks) {
      if (open > 0) this.longestMs = Math.max(this.longestMs, atMs - lastMs);
      open += by;
      lastMs = atMs;
    }
    const took = accepted
      .flatMap(({ acceptedMs, endedMs }) => (endedMs === null ? [] : [endedMs - acceptedMs]))
      .sort((a, b) => a - b);
    this.slowestMs = took.at(-1) ?? 0;
    this.medianMs = took[took.length >> 1] ?? 0;
  }
}
