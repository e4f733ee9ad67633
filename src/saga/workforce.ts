import { Gauge, type Registry } from 'prom-client';
import type { Queryable } from '../database/database.js';
import type { Sagas } from './saga.js';
import { countWorkers, unclaimable } from './sql/workforce.sql.js';

interface Unclaimable {
  readonly target: string;
  readonly kind: string;
  readonly step_names: readonly string[];
  readonly operations: number;
}

interface Status {
  readonly ok: boolean;
  readonly reason?: string;
}

const readUnclaimable = async (db: Queryable): Promise<readonly Unclaimable[]> =>
  (await db.query<Unclaimable>(unclaimable)).rows;

const readCount = async (db: Queryable): Promise<number> =>
  (await db.query<{ workers: number }>(countWorkers)).rows[0]?.workers ?? 0;

/** For readiness of a process that carries nothing on itself. @throws without a database */
export async function workersStatus(db: Queryable): Promise<Status> {
  if ((await readCount(db)) > 0) return { ok: true };
  return { ok: false, reason: 'no process carries operations on: start one with ROLE=worker or ROLE=all' };
}

/** For readiness: what waits and nobody knows, since it was accepted by another release or for another targets file. @throws without a database */
export async function unclaimableStatus(db: Queryable, sagas: Sagas): Promise<Status> {
  const rows = await readUnclaimable(db);
  if (rows.length === 0) return { ok: true };
  const said = rows.slice(0, 3).map(({ target, kind, step_names, operations }) => {
    const steps = sagas.known.find((saga) => saga.kind === kind)?.steps ?? [];
    const unknown = step_names.filter((name) => !steps.includes(name));
    const what = unknown.length > 0 ? `with ${unknown.join(', ')}` : 'on this target';
    return `${operations} of kind ${kind} on "${target}", which no worker knows ${what}`;
  });
  return {
    ok: false,
    reason: `operations wait for a release or a targets file that knows them: ${said.join('; ')}`,
  };
}

/** Read when they are asked for, and the same in every process; without a database the last value stands. */
export function measureWorkforce(registry: Registry, db: Queryable): void {
  new Gauge({
    name: 'saga_workers',
    help: 'Processes that carry operations on.',
    registers: [registry],
    async collect() {
      await readCount(db).then(
        (workers) => this.set(workers),
        () => undefined,
      );
    },
  });
  new Gauge({
    name: 'saga_operations_unclaimable',
    help: 'Operations that wait and that no worker knows, by their steps or their target; at least so many.',
    registers: [registry],
    async collect() {
      await readUnclaimable(db).then(
        (rows) => this.set(rows.reduce((sum, { operations }) => sum + operations, 0)),
        () => undefined,
      );
    },
  });
}
