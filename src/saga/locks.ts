import type { Database, Queryable } from '../database/database.js';
import { Together } from '../database/together.js';
import { CallError } from './call-error.js';
import type { Outcome } from './outcome.js';
import { letGo, lockHolders, takeLocks } from './sql/lock.sql.js';

interface Wanted {
  readonly operation: string;
  readonly names: readonly string[];
}

interface Holder {
  readonly wanted_by: string;
  readonly name: string;
  readonly operation_id: string;
  readonly key: string;
  readonly kind: string;
}

type Taken = Extract<Outcome, { type: 'locked' | 'lock-busy' }>;

/**
 * Takes the locks of many operations in one transaction; each gets all of its names or none, so that two operations can
 * never each hold half. One transaction per operation would hold a session and a flush each.
 */
export class Locks {
  private gathering: { readonly epoch: string; readonly together: Together<Wanted, Taken> } | null = null;

  constructor(private readonly database: Database) {}

  /** @throws CallError lease-lost when the operation is not the epoch's any more */
  take(operation: string, names: readonly string[], epoch: string): Promise<Taken> {
    // A worker that lost its lease registers anew: what was asked under the old epoch is refused by the statement.
    if (this.gathering?.epoch !== epoch)
      this.gathering = { epoch, together: new Together((wanted) => this.takeTogether(wanted, epoch)) };
    return this.gathering.together.add({ operation, names });
  }

  private takeTogether(
    wanted: readonly Wanted[],
    epoch: string,
  ): Promise<readonly PromiseSettledResult<Taken>[]> {
    return this.database.transaction(async (tx) => {
      const pairs = wanted.flatMap(({ operation, names }) => names.map((name) => ({ operation, name })));
      const values = [epoch, pairs.map((pair) => pair.operation), pairs.map((pair) => pair.name)];
      const { rows } = await tx.query<{ id: string; taken: number }>(takeLocks, values);
      const taken = new Map(rows.map((row) => [row.id, row.taken]));
      const short = wanted.filter(
        ({ operation, names }) => (taken.get(operation) ?? names.length) < names.length,
      );
      const holders = await this.holdersOf(tx, short);
      return wanted.map(({ operation }): PromiseSettledResult<Taken> => {
        if (!taken.has(operation))
          return {
            status: 'rejected',
            reason: new CallError('lease-lost', 'the operation is not ours any more'),
          };
        const holder = holders.get(operation);
        return { status: 'fulfilled', value: holder === undefined ? { type: 'locked' } : busy(holder) };
      });
    });
  }

  /** Who holds what was not free; who is short of nothing that others hold has all of it from before. */
  private async holdersOf(tx: Queryable, short: readonly Wanted[]): Promise<ReadonlyMap<string, Holder>> {
    if (short.length === 0) return new Map();
    const pairs = short.flatMap(({ operation, names }) => names.map((name) => ({ operation, name })));
    const { rows } = await tx.query<Holder>(lockHolders, [
      pairs.map((pair) => pair.operation),
      pairs.map((pair) => pair.name),
    ]);
    const holders = new Map(rows.map((row) => [row.wanted_by, row]));
    if (holders.size > 0) await tx.query(letGo, [[...holders.keys()]]);
    return holders;
  }
}

const busy = (holder: Holder): Taken => ({
  type: 'lock-busy',
  operation: holder.operation_id,
  detail: `${holder.name} is held by the ${holder.kind} of solution "${holder.key}" (operation ${holder.operation_id})`,
});
