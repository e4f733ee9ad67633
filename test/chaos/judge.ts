import type { LogLine } from '../../src/simulator/world/records.js';
import { Database } from '../../src/database/database.js';
import { makePool } from '../../src/database/pool.js';
import { loadOperationsAt } from '../../src/solutions/queries/load-operation.js';
import type { Position } from '../../src/saga/position.js';
import type { ActionKind, PlannedAction } from '../../src/saga/action.js';
import type { RunDatabase, WrittenAction } from './database.js';
import type { WitnessedCall } from './gateway.js';
import type { Accepted } from './life.js';
import type { Tally } from './tally.js';
import type { Freeze } from './trouble.js';

export interface Evidence {
  readonly log: readonly LogLine[];
  readonly positions: readonly Pick<Position, 'id' | 'actions'>[];
  readonly accepted: readonly Accepted[];
  readonly written: readonly WrittenAction[];
  readonly calls: readonly WitnessedCall[];
  readonly freezes: readonly Freeze[];
}

export async function positionsOf(database: RunDatabase): Promise<Position[]> {
  const pool = makePool(database.url, 2, () => undefined);
  try {
    const { rows } = await pool.query<{ id: string }>('SELECT id FROM operation ORDER BY created_at');
    return await loadOperationsAt(
      new Database(pool),
      rows.map(({ id }) => id),
    );
  } finally {
    await pool.end();
  }
}

const isOurs = ({ actor }: LogLine): boolean => actor !== 'self' && actor !== 'behind';
/** Sent again after a crash where nobody knows whether they were carried through; they say so in the log each time. */
const serverEffects = new Set(['start', 'stop', 'switch-over']);

/** What an action may show at the target as, whichever way it goes. */
const kindsOf: Readonly<Record<string, readonly ActionKind[]>> = {
  create: ['create', 'delete'],
  delete: ['create', 'delete'],
  update: ['update', 'add-member', 'remove-member'],
  acl: ['grant', 'revoke'],
  account: ['set-account'],
  start: ['start', 'stop', 'switch-over'],
  stop: ['start', 'stop', 'switch-over'],
  'switch-over': ['start', 'stop', 'switch-over'],
};
/** Of an action whose effect may be on its way; in all others it has not been begun, or its result is written down. */
const openStates = new Set(['started', 'underway', 'unknown', 'reverting']);

/** Every effect was written down before it was sent, is not written down as over, and happened once in its operation. */
export function judgeEffects({ log, positions, written, accepted }: Evidence, tally: Tally): void {
  const ours = log.filter(isOurs);
  tally.count('effects at the target', ours.length);
  const histories = historiesOf(positions, written);
  const persons = new Map(
    log
      .filter(({ effect, object }) => effect === 'create' && object.type === personType)
      .map(({ object }) => [String(object.dbid), object.name]),
  );
  const seen = new Map<string, number>();
  for (const line of ours) {
    const atMs = Date.parse(line.at);
    const what = `${line.effect} "${line.object.name}" at ${line.at} (line ${line.seq})`;
    const member = memberIn(line);
    const person = member === null ? undefined : persons.get(member.dbid);
    const own = (histories.get(line.object.name) ?? []).filter(
      ({ kind, forName }) =>
        kindsOf[line.effect]?.includes(kind) === true && (member === null || forName === person),
    );
    const intent = own.find((history) => openStates.has(stateAt(history, atMs)));
    if (intent === undefined) {
      tally.violated(
        `${what}: no action was under way; ${own.map((history) => stateAt(history, atMs)).join() || 'none'}`,
      );
      continue;
    }
    const change = JSON.stringify(member ?? line.after);
    const key = `${intent.operationId} ${line.effect} ${line.object.name} ${change}`;
    const n = (seen.get(key) ?? 0) + 1;
    seen.set(key, n);
    if (n === 1) continue;
    if (serverEffects.has(line.effect)) tally.count('server commands sent again');
    else tally.violated(`${what}: number ${n} of its kind in operation ${intent.operationId}`);
  }
  const known = new Set(positions.map(({ id }) => id));
  for (const { id, slot } of accepted)
    if (!known.has(id)) tally.violated(`operation ${id} of ${slot.key} was accepted and is not there`);
}

const personType = 3;

/** Who came into a group, or left it: the site's base group is everybody's, and its lists say little by themselves. */
function memberIn({ effect, before, after }: LogLine): { dbid: string; isIn: boolean } | null {
  if (effect !== 'update') return null;
  const [former, present] = [before, after].map((side) =>
    ((side as { memberIDs?: readonly (string | { DBID: string })[] } | null)?.memberIDs ?? []).map((item) =>
      typeof item === 'string' ? item : item.DBID,
    ),
  );
  const came = present?.find((dbid) => former?.includes(dbid) !== true);
  if (came !== undefined) return { dbid: came, isIn: true };
  const left = former?.find((dbid) => present?.includes(dbid) !== true);
  return left === undefined ? null : { dbid: left, isIn: false };
}

interface History {
  readonly operationId: string;
  readonly kind: ActionKind;
  /** Whom an entry, a membership or a binding concerns. */
  readonly forName: string | undefined;
  readonly states: WrittenAction[];
}

/** Of all actions, by the name of their object. */
function historiesOf(
  positions: Evidence['positions'],
  written: readonly WrittenAction[],
): Map<string, History[]> {
  const states = new Map<string, WrittenAction[]>();
  for (const one of written) {
    const list = states.get(`${one.operationId} ${one.key}`);
    if (list === undefined) states.set(`${one.operationId} ${one.key}`, [one]);
    else list.push(one);
  }
  const histories = new Map<string, History[]>();
  for (const { id, actions } of positions) {
    for (const { spec, position, number } of actions) {
      const history = {
        operationId: id,
        kind: spec.kind,
        forName: (spec.object['for'] as { name: string } | undefined)?.name,
        states: states.get(`${id} ${position}/${number}`) ?? [],
      };
      for (const name of namesOf(spec)) histories.set(name, [...(histories.get(name) ?? []), history]);
    }
  }
  return histories;
}

/** Taken back, a switch-over shows at the other server of the pair. */
function namesOf({ kind, object }: PlannedAction): string[] {
  const other = object['for'] as { name: string } | undefined;
  return kind === 'switch-over' && other !== undefined ? [object.name, other.name] : [object.name];
}

/** As it was written down last before a time. */
const stateAt = ({ states }: History, atMs: number): string =>
  states.findLast((one) => one.atMs <= atMs + 1)?.state ?? 'not written down';

/** A process said that its lease had been taken. Ms since 1970. */
export interface LostLease {
  readonly pid: number;
  readonly atMs: number;
}

/** How soon after waking a call may still arrive that was past its last check before the freeze. */
const pastTheCheckMs = 1_000;

/**
 * Calls of a process that was frozen until its lease was taken, up to when it says that it knows: only what was past its
 * last check may come. `losses`: which process of a replica said so, and when.
 */
export function judgeFreezes(
  { calls, freezes }: Evidence,
  losses: (replica: number) => readonly LostLease[],
  tally: Tally,
): void {
  for (const { replica, pid, untilMs } of freezes) {
    const next =
      freezes.find((other) => other.replica === replica && other.fromMs > untilMs)?.fromMs ?? Infinity;
    const knowsMs = losses(replica).find(
      (lost) => lost.pid === pid && lost.atMs >= untilMs && lost.atMs < next,
    )?.atMs;
    if (knowsMs === undefined) continue; // nobody has taken it, or it was killed meanwhile
    tally.count('leases lost to others');
    const late = calls.filter(
      (call) => call.replica === replica && call.atMs > untilMs && call.atMs < knowsMs,
    );
    tally.count('calls past the last check of a lost lease', late.length);
    for (const { method, path, atMs } of late)
      if (atMs > untilMs + pastTheCheckMs)
        tally.violated(`${method} ${path} was sent ${atMs - untilMs} ms after waking, under a lost lease`);
  }
}

/** Events of a solution have no gap and are in the feed in their order; operations have ended, or are parked and say why. */
export async function judgeTables(database: RunDatabase, tally: Tally): Promise<void> {
  const gaps = await database.rows<{ solution_id: string; events: number; last: number }>(`
    SELECT solution_id, count(*)::int AS events, max(sequence)::int AS last FROM event
    WHERE solution_id IS NOT NULL GROUP BY solution_id
    HAVING count(*) <> max(sequence) OR min(sequence) <> 1 OR count(DISTINCT sequence) <> count(*)`);
  for (const { solution_id, events, last } of gaps)
    tally.violated(`solution ${solution_id} has ${events} events and its last one has number ${last}`);
  const disorder = await database.rows<{ solution_id: string; sequence: string }>(`
    SELECT solution_id, sequence FROM (
      SELECT solution_id, sequence, cursor, lag(cursor) OVER (PARTITION BY solution_id ORDER BY sequence) AS former
      FROM event WHERE solution_id IS NOT NULL) e
    WHERE cursor IS NULL OR cursor <= former`);
  for (const { solution_id, sequence } of disorder)
    tally.violated(
      `event ${sequence} of solution ${solution_id} is not in the feed, or before its predecessor`,
    );
  const open = await database.rows<{
    id: string;
    state: string;
    waiting_for: object | null;
    error: object | null;
  }>('SELECT id, state, waiting_for, error FROM operation WHERE ended_at IS NULL');
  for (const { id, state, waiting_for, error } of open)
    if (state !== 'needs-attention' || (waiting_for === null && error === null))
      tally.violated(
        `operation ${id} has not ended and is not parked: ${state} ${JSON.stringify(waiting_for)}`,
      );
  const locks = await database.rows<{ name: string }>(
    'SELECT l.name FROM lock l LEFT JOIN operation o ON o.id = l.operation_id WHERE o.id IS NULL OR o.ended_at IS NOT NULL',
  );
  for (const { name } of locks) tally.violated(`the lock ${name} is held by nobody`);
  const twice = await database.rows<{ solution_id: string; n: number }>(`
    SELECT operation_id AS solution_id, count(*)::int AS n FROM event
    WHERE type ~ 'operation\\.(completed|failed|cancelled|abandoned)\\.' GROUP BY operation_id HAVING count(*) <> 1`);
  for (const { solution_id, n } of twice) tally.violated(`operation ${solution_id} has ended ${n} times`);
}
