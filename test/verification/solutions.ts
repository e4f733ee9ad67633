import { v7 as uuidv7 } from 'uuid';
import type { Queryable } from '../../src/database/database.js';

export interface Inserted {
  readonly id: string;
  readonly operation: string;
}

interface Options {
  readonly key: string;
  readonly tenant?: string;
  readonly target?: string;
  readonly state?: string;
  readonly live?: boolean;
  readonly ended?: boolean;
  /** How long ago it was last changed, ms. */
  readonly agoMs?: number;
  readonly drifted?: boolean;
}

/** A solution as an onboarding leaves it, without one having run. */
export async function insertSolution(db: Queryable, options: Options): Promise<Inserted> {
  const {
    key,
    tenant = 'Environment',
    target = 'lab',
    state = 'active',
    live = true,
    ended = true,
  } = options;
  const [id, operation] = [uuidv7(), uuidv7()];
  const at = new Date(Date.now() - (options.agoMs ?? 60_000));
  const observed = {
    at: at.toISOString(),
    accessGroup: null,
    person: null,
    businessProcesses: [],
    servers: [],
    drifted: options.drifted ?? false,
  };
  await db.query(
    `INSERT INTO operation (id, kind, solution_id, target, tenant, key, state, step_names, created_at, updated_at, ended_at)
     VALUES ($1, 'onboarding', $2, $3, $4, $5, $6, '{}', $7, $7, $8)`,
    [operation, id, target, tenant, key, ended ? 'completed' : 'running', at, ended ? at : null],
  );
  await db.query(
    `INSERT INTO solution (id, target, tenant, key, state, live, display_name, desired, observed, isolation, last_operation_id, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $4, $7, $8, 'verified', $9, $10, $10)`,
    [
      id,
      target,
      tenant,
      key,
      state,
      live,
      JSON.stringify({ key, businessProcesses: [] }),
      JSON.stringify(observed),
      operation,
      at,
    ],
  );
  return { id, operation };
}
