/** Full jitter: a random part of first × 2^failures, at most `capMs`. @param failures 0 before the first retry */
export function backoffMs(failures: number, firstMs: number, capMs: number, random: () => number): number {
  return random() * Math.min(capMs, firstMs * 2 ** Math.min(failures, 30));
}
