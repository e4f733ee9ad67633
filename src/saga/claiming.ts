import type { Queryable } from '../database/database.js';
import type { Halts } from './halts.js';
import type { Hand } from './hand.js';
import type { OperationRow } from './rows.js';
import type { Sagas, TargetLimits } from './saga.js';
import { claimBegun } from './sql/claim-begun.sql.js';
import { claim } from './sql/claim.sql.js';
import type { WorkerLease } from './worker-lease.js';

/** By target: how many more may be taken. */
type Room = ReadonlyMap<string, number>;

/** What is said of a target, and one operation that was taken there or none. */
type ClaimRow = { of_target: string; share: number | null; last: string | null } & (
  OperationRow | { id: null }
);

/** Takes what is due as far as there is room, in turn between targets and their tenants. */
export class Claiming {
  /** Targets with more tenants than fit into one look: the tenant after which the next one begins, what the walk has taken. */
  private readonly rounds = new Map<string, { readonly after: string; readonly took: number }>();

  constructor(
    private readonly database: Queryable,
    private readonly lease: WorkerLease,
    private readonly sagas: Sagas,
    private readonly limits: TargetLimits,
    private readonly halts: Halts | undefined,
  ) {}

  /** @returns what is ours now, and whether there may be more at once */
  async claim(hand: Hand): Promise<{ readonly claimed: readonly OperationRow[]; readonly more: boolean }> {
    if (this.halts?.ofService() != null) return { claimed: [], more: false };
    const share = this.halts?.share(this.lease.nowMs()) ?? 1;
    const room = new Map(this.limits.names().map((target) => [target, hand.roomFor(target, share)]));
    const targets = [...room.keys()].filter((target) => room.get(target) !== 0);
    const halted = targets.filter((target) => this.halts?.of(target) != null);
    // After a pause of the service what has begun comes first: it may stand inside its outage.
    const apart = share < 1 ? targets : halted;
    const begun = apart.length === 0 ? [] : await this.claimBegun(apart, room, hand);
    for (const { target } of begun) room.set(target, (room.get(target) ?? 0) - 1);
    const open = targets.filter((target) => !halted.includes(target) && room.get(target) !== 0);
    if (open.length === 0) return { claimed: begun, more: false };
    const { claimed, more } = await this.claimInTurn(open, room, hand);
    return { claimed: [...begun, ...claimed], more };
  }

  private async claimBegun(targets: readonly string[], room: Room, hand: Hand): Promise<OperationRow[]> {
    const { rows } = await this.database.query<OperationRow>(claimBegun, [
      this.lease.epoch,
      targets,
      targets.map((target) => room.get(target) ?? 0),
      ...this.known(),
      hand.ids(),
    ]);
    return rows;
  }

  private async claimInTurn(
    targets: readonly string[],
    room: Room,
    hand: Hand,
  ): Promise<{ readonly claimed: readonly OperationRow[]; readonly more: boolean }> {
    const { rows } = await this.database.query<ClaimRow>(claim, [
      this.lease.epoch,
      targets,
      targets.map((target) => room.get(target) ?? 0),
      targets.map((target) => this.rounds.get(target)?.after ?? ''),
      ...this.known(),
      hand.ids(),
    ]);
    const claimed: OperationRow[] = [];
    const took = new Map<string, number>();
    for (const row of rows) {
      if (row.id === null) continue;
      claimed.push(row);
      took.set(row.target, (took.get(row.target) ?? 0) + 1);
    }
    const more = targets.map((target) => {
      const said = rows.find((row) => row.of_target === target);
      return this.goOn(target, took.get(target) ?? 0, said, room.get(target) ?? 0);
    });
    return { claimed, more: more.includes(true) };
  }

  /** Kinds, and the steps of each. */
  private known(): [string[], string[]] {
    const { known } = this.sagas;
    return [known.map(({ kind }) => kind), known.map(({ steps }) => arrayLiteral(steps))];
  }

  /** Notes where the walk over this target's tenants goes on. @returns whether it does at once */
  private goOn(target: string, count: number, said: ClaimRow | undefined, room: number): boolean {
    const began = this.rounds.get(target);
    const last = said?.last ?? null;
    if (last === null) this.rounds.delete(target);
    else this.rounds.set(target, { after: last, took: (began?.took ?? 0) + count });
    if (count >= room) return false;
    if (last !== null) return true;
    // At the end of a walk over several looks those at its beginning may have more.
    if (began !== undefined) return began.took + count > 0;
    return said?.share != null && count >= said.share;
  }
}

const arrayLiteral = (words: readonly string[]): string =>
  `{${words.map((word) => `"${word.replaceAll(/["\\]/g, '\\$&')}"`).join(',')}}`;
