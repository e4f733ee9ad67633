import type { Decision } from './decide.js';
import { isEnded, isParked } from './position.js';

/** A wait longer than this is a row with a due time, and the operation is let go; shorter ones stay in hand. */
const keepMs = 1_000;

/** Whether the operation leaves the hand with this decision, and when it is due then; null: it has ended or waits for a person. */
export function letGo(
  { position, idle, wakeAtMs }: Decision,
  nowMs: number,
): { readonly release: boolean; readonly dueAtMs: number | null } {
  const standing = isEnded(position.state) || isParked(position.state);
  return {
    release: idle && (standing || position.live.releasing || wakeAtMs === null || wakeAtMs - nowMs > keepMs),
    dueAtMs: wakeAtMs ?? (standing ? null : nowMs),
  };
}
