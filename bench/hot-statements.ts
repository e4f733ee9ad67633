import type { Queryable } from '../src/database/database.js';
import { insertEvents } from '../src/messaging/insert-events.sql.js';
import { advancePublished, readUnpublished } from '../src/messaging/published-events.sql.js';
import { readFeedRows } from '../src/messaging/read-feed.sql.js';
import { readEventLag } from '../src/messaging/read-lag.sql.js';
import { stampEvents } from '../src/messaging/stamp-events.sql.js';
import { positionOf, type OperationRow } from '../src/saga/rows.js';
import { claimBegun } from '../src/saga/sql/claim-begun.sql.js';
import { claim, nextDue, requests } from '../src/saga/sql/claim.sql.js';
import { commitTransitions } from '../src/saga/sql/commit.sql.js';
import { freeOrphans, renewLease, takeOver } from '../src/saga/sql/lease.sql.js';
import { loadChanges, loadOperations } from '../src/saga/sql/load.sql.js';
import { takeLocks } from '../src/saga/sql/lock.sql.js';
import { closeTasks } from '../src/saga/sql/task.sql.js';
import { transitionRows } from '../src/saga/transition-rows.js';
import { findOperationOf } from '../src/solutions/commands/sql/find-operation-of.sql.js';
import { insertClaims } from '../src/solutions/commands/sql/insert-claims.sql.js';
import { findInbox, insertInbox } from '../src/solutions/commands/sql/insert-inbox.sql.js';
import { insertOperations } from '../src/solutions/commands/sql/insert-operations.sql.js';
import { findLiveSolution } from '../src/solutions/commands/sql/insert-solutions.sql.js';
import { lockOperation, requestVerbs } from '../src/solutions/commands/sql/request-verbs.sql.js';
import {
  findIdempotencyKey,
  takeIdempotencyKeys,
} from '../src/solutions/commands/sql/take-idempotency-keys.sql.js';
import { findTask } from '../src/solutions/tasks/sql/find-tasks.sql.js';
import { epoch, live, liveId, steps } from './full-tables.js';
import { listStatements } from './list-statements.js';

/** A statement of the hot paths as the service sends it, on tables as `fillTables` leaves them. */
export interface HotStatement {
  readonly name: string;
  readonly run: (db: Queryable, finished: number) => Promise<unknown>;
}

const relayOwner = '00000000-0000-4000-8000-000000000001';
const newId = (n: number): string => `05000000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;
const many = Array.from({ length: 100 }, (_, n) => n + 1);
const liveIds = many.map(liveId);
const known = [
  ['onboarding', 'change'],
  [`{${steps.join()}}`, `{${steps.join()}}`],
];

const positions = async (db: Queryable) => {
  const { rows } = await db.query<OperationRow>(loadOperations, [liveIds]);
  return rows.map((row) => positionOf(row, []));
};

async function commit(db: Queryable): Promise<void> {
  const batch = (await positions(db)).map((from) => ({
    id: from.id,
    transition: {
      epoch,
      from,
      decision: {
        position: { ...from, state: 'running' as const },
        instructions: [],
        events: [{ type: 'operation.started' }],
        tasks: [],
        changedSteps: new Set([0]),
        changedActions: new Set<string>(),
        changed: true,
        wakeAtMs: null,
        idle: false,
      },
      release: false,
      dueAtMs: null,
    },
  }));
  await db.query(commitTransitions, transitionRows(epoch, batch));
}

async function accept(db: Queryable): Promise<void> {
  const accepted = (await positions(db)).map((position, n) => ({
    position: { ...position, id: newId(n), solutionId: newId(n), key: `new-${n}` },
    fingerprint: 'f',
  }));
  await insertOperations(db, accepted);
}

const events = many.map((n) => ({
  type: 'solution-onboarding.operation.accepted.v1' as const,
  source: `/solutions/${newId(n)}`,
  solutionId: newId(n),
  operationId: newId(n),
  partitionKey: 'k',
  data: {},
}));
const keys = many.map((n) => ({
  caller: 'c',
  method: 'POST',
  path: '/v1/solutions',
  key: `new-${n}`,
  fingerprint: 'f',
  operationId: newId(n),
}));
const messages = many.map((n) => ({ source: '/tickets', messageId: `m${n * 7}`, fingerprint: 'f' }));
const claims = many.map((n) => ({ target: 't', resource: `new ${n}`, solutionId: liveId(1) }));
const request = { verb: 'cancel', by: 'b', atMs: 0, reason: 'r' };
const feed = (name: string, filter: (finished: number) => object): HotStatement => ({
  name: `feed: ${name}`,
  run: (db, finished) => readFeedRows(db, Math.floor(finished / 2), 100, filter(finished)),
});

export const hotStatements: readonly HotStatement[] = [
  { name: 'claim', run: (db) => db.query(claim, [epoch, ['t'], [live], [''], ...known, []]) },
  { name: 'claim while halted', run: (db) => db.query(claimBegun, [epoch, ['t'], [live], ...known, []]) },
  { name: 'next due', run: (db) => db.query(nextDue) },
  { name: 'requests to what is in hand', run: (db) => db.query(requests, [epoch]) },
  { name: 'load 100 operations', run: (db) => db.query(loadOperations, [liveIds]) },
  { name: 'load their changes', run: (db) => db.query(loadChanges, [liveIds]) },
  { name: 'commit 100 transitions', run: commit },
  {
    name: 'take 100 locks',
    run: (db) => db.query(takeLocks, [epoch, liveIds, many.map((n) => `name ${n}`)]),
  },
  { name: 'renew the lease', run: (db) => db.query(renewLease, [epoch, 60_000]) },
  { name: 'take over', run: (db) => db.query(takeOver, ['2', false]) },
  { name: 'free orphans', run: (db) => db.query(freeOrphans, [0]) },
  { name: 'accept: keys', run: (db) => takeIdempotencyKeys(db, keys) },
  {
    name: 'accept: key again',
    run: (db) => findIdempotencyKey(db, { caller: 'c', method: 'POST', path: '/v1/solutions', key: 'k77' }),
  },
  { name: 'accept: inbox', run: (db) => insertInbox(db, messages) },
  { name: 'accept: inbox again', run: (db) => findInbox(db, messages) },
  {
    name: 'accept: solution of an identity',
    run: (db) => findLiveSolution(db, { target: 't', tenant: 'e1', key: 'k101' }),
  },
  { name: 'accept: claims', run: (db) => insertClaims(db, claims) },
  { name: 'accept: 100 operations', run: accept },
  { name: 'accept: 100 events', run: (db) => insertEvents(db, events, new Date()) },
  { name: 'verb: hold the operation', run: (db) => lockOperation(db, liveId(1)) },
  {
    name: 'verb: of which operation',
    run: (db) => findOperationOf(db, { target: 't', tenant: 'e1', key: 'k10101' }),
  },
  { name: 'verb: record it', run: (db) => requestVerbs(db, [{ operationId: liveId(1), request }]) },
  {
    name: 'relay: stamp',
    run: (db, finished) => stampEvents(db, { owner: relayOwner, stamped: finished }, 500),
  },
  { name: 'relay: read', run: (db, finished) => readUnpublished(db, finished - 500, 500) },
  {
    name: 'relay: advance',
    run: (db, finished) => advancePublished(db, relayOwner, finished - 500, finished),
  },
  { name: 'relay: lag', run: (db) => readEventLag(db) },
  feed('page', () => ({})),
  feed('of a solution', () => ({ solution: liveId(1) })),
  feed('of an operation', () => ({ operation: liveId(1) })),
  ...listStatements,
  { name: 'a task', run: (db) => findTask(db, liveId(1).replace('02', '04')) },
  {
    name: 'close a task',
    run: (db) =>
      db.query(closeTasks, [
        JSON.stringify([{ id: liveId(1).replace('02', '04'), closed_at: 0, outcome: 'done', results: {} }]),
      ]),
  },
];
