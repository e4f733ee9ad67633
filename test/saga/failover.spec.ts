import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { migrate } from '../../src/database/migrate.js';
import { OwnPostgres } from '../support/own-postgres.js';
import type { Engine } from './engine.js';
import { accept, makeEngine, positionOf, until, untilStanding } from './engine.js';
import { MemoryTarget, testSaga } from './memory-target.js';

const leaseMs = 3_000;
const clusters: OwnPostgres[] = [];
const engines: Engine[] = [];

afterEach(async () => {
  for (const engine of engines.splice(0)) {
    await engine.runner.stop();
    await engine.close();
  }
  for (const cluster of clusters.splice(0)) await cluster.remove();
});

/** A primary, and the copy that a standby began with. */
async function primaryAndStandby(): Promise<[OwnPostgres, OwnPostgres]> {
  const primary = await OwnPostgres.create({ durable: true });
  clusters.push(primary);
  await primary.start();
  await migrate(primary.url);
  primary.stop();
  const standby = await primary.copy();
  clusters.push(standby);
  await primary.start();
  return [primary, standby];
}

/** The primary is lost, and the standby, which has everything up to `lsn`, becomes the primary under its address. */
async function failOver(primary: OwnPostgres, standby: OwnPostgres, lsn: string): Promise<void> {
  primary.stop('immediate');
  await standby.recover({
    restore_command: `cp "${path.join(primary.dir, 'pg_wal')}/%f" "%p"`,
    recovery_target_lsn: lsn,
    recovery_target_action: 'promote',
  });
  await standby.start();
}

function engine(url: string, target: MemoryTarget): Engine {
  const made = makeEngine(url, testSaga(), target, { leaseMs });
  engines.push(made);
  return made;
}

const one = async <R extends Record<string, unknown>>({ database }: Engine, text: string): Promise<R> => {
  const { rows } = await database.query<R>(text);
  return rows[0] as R;
};

it('After a failover that lost renewals of a lease, its worker registers anew and nobody takes over before it has run out', async () => {
  const [primary, standby] = await primaryAndStandby();
  const target = new MemoryTarget();
  let calls = 0;
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  target.before = () => (++calls === 1 ? held : undefined);
  const first = engine(primary.url, target);
  await first.runner.start();
  const former = first.lease.epoch;
  const id = await accept(first.database, testSaga());
  await until('a call is in the air', () => Promise.resolve(calls > 0));
  const { lsn, until: leaseUntil } = await one<{ lsn: string; until: Date }>(
    first,
    'SELECT pg_current_wal_lsn()::text AS lsn, lease_until AS until FROM worker',
  );
  // The worker renews twice more, and believes in it; the standby has none of it.
  await until('it has renewed since', async () => {
    const { now } = await one<{ now: Date }>(
      first,
      `SELECT lease_until - 2 * interval '900 milliseconds' AS now FROM worker`,
    );
    return now > leaseUntil;
  });
  await failOver(primary, standby, lsn);
  const second = engine(primary.url, target);
  await second.runner.start();
  await until('the first registers anew', () =>
    Promise.resolve(first.lease.registered && first.lease.epoch !== former),
  );
  await until('taken over', async () => (await positionOf(second.database, id)).state === 'completed');
  release();
  const { waited } = await one<{ waited: number }>(
    second,
    `SELECT extract(epoch FROM taken.taken_at - min(taker.started_at))::float8 * 1000 AS waited
     FROM worker taken, worker taker
     WHERE taken.epoch = ${former} AND taker.timeline > taken.timeline GROUP BY taken.taken_at`,
  );
  expect(waited).toBeGreaterThanOrEqual(leaseMs);
  const timelines = await one<{ n: number }>(
    second,
    'SELECT count(DISTINCT timeline)::int AS n FROM worker WHERE taken_at IS NULL',
  );
  expect(timelines).toEqual({ n: 1 });
  // The call that was held is refused by its own worker: the lease it was begun under is not its lease any more.
  expect(target.log.filter((line) => line === 'apply one')).toHaveLength(1);
});

it('A failover that lost the numbers of the last workers gives none of them to another one', async () => {
  const [primary, standby] = await primaryAndStandby();
  const { lsn } = await one<{ lsn: string }>(
    engine(primary.url, new MemoryTarget()),
    'SELECT pg_current_wal_lsn()::text AS lsn',
  );
  const first = engine(primary.url, new MemoryTarget());
  await first.runner.start();
  const former = first.lease.epoch;
  await failOver(primary, standby, lsn);
  const second = engine(primary.url, new MemoryTarget());
  await second.runner.start();
  expect(second.lease.epoch).not.toBe(former);
  await until('the first registers anew', () =>
    Promise.resolve(first.lease.registered && ![former, second.lease.epoch].includes(first.lease.epoch)),
  );
  const id = await accept(second.database, testSaga());
  expect((await untilStanding(second.database, id)).state).toBe('completed');
});

it('A plain restart of the database leaves worker, epoch and what is in hand as they are', async () => {
  const primary = await OwnPostgres.create({ durable: true });
  clusters.push(primary);
  await primary.start();
  await migrate(primary.url);
  const target = new MemoryTarget();
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  let calls = 0;
  target.after = () => (++calls === 1 ? held : undefined);
  const only = engine(primary.url, target);
  await only.runner.start();
  const { epoch } = only.lease;
  const id = await accept(only.database, testSaga());
  await until('a call is in the air', () => Promise.resolve(calls > 0));
  primary.stop('immediate');
  await primary.start();
  release();
  expect((await untilStanding(only.database, id)).state).toBe('completed');
  expect(only.lease.epoch).toBe(epoch);
  expect(target.log).toHaveLength(4);
});
