import { describe, expect, it } from 'vitest';
import type { Database, Queryable } from '../database/database.js';
import type { Wake } from '../database/wake.js';
import { Committer } from './committer.js';
import type { EndedOperation, OperationEnds } from './saga.js';
import type { Example } from './testing/given.js';
import { given, making } from './testing/given.js';
import type { WorkerLease } from './worker-lease.js';

interface OperationJson {
  readonly id: string;
  readonly state: string;
  readonly unlock: boolean;
}

/** What is written of the last decision of an example, by a database that takes everything. */
async function written(run: Example, from: Example['position']): Promise<OperationJson> {
  const operations: OperationJson[] = [];
  const tx = {
    query: (_sql: string, values: readonly unknown[]) => {
      const [, json] = values;
      if (typeof json === 'string') operations.push(...(JSON.parse(json) as OperationJson[]));
      return Promise.resolve({ rows: operations.map(({ id }) => ({ id })) });
    },
  } as unknown as Queryable;
  const database = {
    ...tx,
    transaction: <T>(work: (given: Queryable) => Promise<T>) => work(tx),
  } as unknown as Database;
  const lease = { epoch: '1', registered: true } as unknown as WorkerLease;
  const ended: EndedOperation[] = [];
  const ends = {
    apply: (_tx: Queryable, over: readonly EndedOperation[]) => Promise.resolve(ended.push(...over)),
  } as unknown as OperationEnds;
  const wake = { notify: () => undefined } as unknown as Wake;
  const committer = new Committer(database, lease, ends, wake, () => undefined);
  await committer.commit({ epoch: '1', from, decision: run.decision, release: true, dueAtMs: null });
  const [operation] = operations;
  if (operation === undefined) throw new Error('nothing was written');
  return operation;
}

describe('Locks', () => {
  const plans = { inspect: { locks: ['a/one'] }, work: [making('one')] };

  it('are released with the end of the operation', async () => {
    const run = given(plans).until('apply one');
    const from = run.position;
    expect(await written(run.does('one'), from)).toMatchObject({ state: 'completed', unlock: true });
  });

  it('that were granted in the moment of a cancel are released although it was never written down that they are held', async () => {
    const run = given(plans).until('lock a/one').requested('cancel');
    const from = run.position;
    run.answers({ type: 'locked' });
    expect(from.locksHeld).toBe(false);
    expect(await written(run, from)).toMatchObject({ state: 'cancelled', unlock: true });
  });

  it('are kept while the operation is parked', async () => {
    const run = given(plans).until('read one');
    const from = run.position;
    expect(await written(run.givesUp('one'), from)).toMatchObject({
      state: 'needs-attention',
      unlock: false,
    });
  });
});
