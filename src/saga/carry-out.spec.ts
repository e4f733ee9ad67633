import { expect, it } from 'vitest';
import type { Database } from '../database/database.js';
import { AppError } from '../errors.js';
import { CarryOut } from './carry-out.js';
import { Locks } from './locks.js';
import type { Position } from './position.js';
import { Sagas } from './saga.js';
import type { WorkerLease } from './worker-lease.js';

it('takes a database in trouble for a wait, not for a try: it must not use up the budget of a step', async () => {
  const full = new AppError('database-full', 'The database has no room left on its disk.');
  const database = { transaction: () => Promise.reject(full) } as unknown as Database;
  const lease = {} as unknown as WorkerLease;
  const carryOut = new CarryOut(new Sagas([], []), lease, new Locks(database));
  const outcome = await carryOut.do({ do: 'lock', names: ['a'] }, { id: 'one' } as Position, '1');
  expect(outcome).toEqual({
    type: 'observe-failed',
    failure: { class: 'target-down', code: 'database-full', detail: full.detail },
  });
});
