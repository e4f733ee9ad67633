import type { Admin, Kafka } from 'kafkajs';
import { whyOf } from './broker-answer.js';
import { within } from './within.js';

/** An answer is good for so long: metrics and readiness ask together. */
const FRESH_MS = 5000;
const DISCONNECT_MS = 2000;

export interface GroupLagOptions {
  readonly groupId: string;
  readonly topic: string;
  readonly monotonicMs: () => number;
}

/** Where a group stands in its topic: sums over all partitions, the same in every process. */
export interface GroupPosition {
  /** Records that are not done with yet. */
  readonly behind: number;
  /** Moves on whenever something is done with. */
  readonly committed: bigint;
}

/** Asks the broker how far the commands are taken, only when somebody wants to know. */
export class GroupLag {
  private admin: Admin | null = null;
  private asking: Promise<GroupPosition> | null = null;
  private last: { readonly position: GroupPosition; readonly atMs: number } | null = null;

  constructor(
    private readonly kafka: Kafka,
    private readonly options: GroupLagOptions,
  ) {}

  /** @throws without the broker, saying what is in the way */
  position(): Promise<GroupPosition> {
    const nowMs = this.options.monotonicMs();
    if (this.last !== null && nowMs < this.last.atMs + FRESH_MS) return Promise.resolve(this.last.position);
    this.asking ??= this.ask()
      .then((position) => {
        this.last = { position, atMs: nowMs };
        return position;
      })
      .catch(async (error: unknown) => {
        await this.close();
        throw new Error(whyOf(error, this.options), { cause: error });
      })
      .finally(() => (this.asking = null));
    return this.asking;
  }

  async close(): Promise<void> {
    const { admin } = this;
    this.admin = null;
    if (admin !== null) await within(DISCONNECT_MS, admin.disconnect());
  }

  private async ask(): Promise<GroupPosition> {
    const { groupId, topic } = this.options;
    const admin = (this.admin ??= this.kafka.admin());
    await admin.connect();
    const ends = await admin.fetchTopicOffsets(topic);
    const [group] = await admin.fetchOffsets({ groupId, topics: [topic] });
    const committed = new Map((group?.partitions ?? []).map((one) => [one.partition, BigInt(one.offset)]));
    let behind = 0n;
    let sum = 0n;
    for (const { partition, low, high } of ends) {
      // Nothing is committed yet (−1), or what was has gone with the topic's retention.
      const at = committed.get(partition) ?? -1n;
      const from = at < BigInt(low) ? BigInt(low) : at;
      behind += BigInt(high) > from ? BigInt(high) - from : 0n;
      sum += at;
    }
    return { behind: Number(behind), committed: sum };
  }
}
