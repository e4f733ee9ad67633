import type { GroupLag } from './group-lag.js';

/** A member that neither fetched nor sent a heartbeat for so long hangs. A fetch takes a second, joining up to 60 s. */
const SILENCE_MS = 90_000;
/** How often the broker is asked whether anything moves. */
const ASK_MS = 30_000;
/** Commands that wait, with nothing taken and nothing in hand, for so long: the member reads no more. */
const STANDSTILL_MS = 90_000;

/** Tells a member of the group that has stopped working without a word. */
export class MemberWatch {
  private signAtMs: number;
  private askedAtMs: number;
  private movedAtMs: number;
  private committed: bigint | null = null;
  private inHand = 0;

  constructor(
    private readonly groupLag: Pick<GroupLag, 'position'>,
    private readonly monotonicMs: () => number,
  ) {
    this.signAtMs = this.askedAtMs = this.movedAtMs = monotonicMs();
  }

  /** It fetched, sent a heartbeat or joined. */
  sign(): void {
    this.signAtMs = this.monotonicMs();
  }

  /** A batch is in hand, until what is returned is called. */
  begin(): () => void {
    this.inHand += 1;
    return () => {
      this.inHand -= 1;
      this.movedAtMs = this.monotonicMs();
    };
  }

  /** @throws when the member is of no use any more */
  async look(): Promise<void> {
    const nowMs = this.monotonicMs();
    if (nowMs - this.signAtMs > SILENCE_MS) throw new Error('the member hangs');
    if (nowMs - this.askedAtMs < ASK_MS) return;
    this.askedAtMs = nowMs;
    // Without an answer the broker is away, and that shows elsewhere.
    const position = await this.groupLag.position().catch(() => null);
    if (position === null) return;
    const moved = position.behind === 0 || position.committed !== this.committed || this.inHand > 0;
    this.committed = position.committed;
    if (moved) this.movedAtMs = nowMs;
    else if (nowMs - this.movedAtMs > STANDSTILL_MS)
      throw new Error(`${position.behind} commands wait, and none is taken`);
  }
}
