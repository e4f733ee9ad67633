import { pause } from '../doorbell.js';

/** Waits for work that cleans up, but not for ever: a broker that is there and does not answer must hold nobody up. */
export async function within(ms: number, work: Promise<void>): Promise<void> {
  const patience = new AbortController();
  await Promise.race([work.catch(() => undefined), pause(ms, patience.signal)]);
  patience.abort();
}
