import { describe, expect, it } from 'vitest';
import type { ActionState, PlannedAction } from '../../src/saga/action.js';
import { newAction } from '../../src/saga/position.js';
import type { LogLine } from '../../src/simulator/world/records.js';
import { judgeEffects, judgeFreezes } from './judge.js';
import { Tally } from './tally.js';

const base = 'Ixn servers base';
const at = (ms: number): string => new Date(ms).toISOString();

let seq = 0;
const line = (
  ms: number,
  effect: string,
  object: LogLine['object'],
  before: unknown,
  after: unknown,
): LogLine => ({
  seq: (seq += 1),
  at: at(ms),
  actor: 'gws:onboarding',
  effect,
  object,
  before,
  after,
});

const person = (dbid: number): LogLine =>
  line(0, 'create', { type: 3, dbid, name: `person-${dbid}` }, null, {});

const members = (ms: number, before: readonly number[], after: readonly number[]): LogLine => {
  const listed = (dbids: readonly number[]): object => ({
    memberIDs: dbids.map((dbid) => ({ DBID: String(dbid) })),
  });
  return line(ms, 'update', { type: 21, dbid: 101, name: base }, listed(before), listed(after));
};

/** An operation that makes one Person and takes it into the base group, or out of it. */
function operation(id: string, dbid: number, ...states: readonly [number, ActionState][]) {
  const object = { type: 3, name: `person-${dbid}`, dbid };
  const create: PlannedAction = { kind: 'create', object, before: null, after: {}, stage: 1 };
  const join: PlannedAction = {
    kind: 'add-member',
    object: { type: 21, name: base, dbid: 101, for: object },
    before: { member: false },
    after: { member: true },
    stage: 2,
  };
  return {
    position: { id, actions: [newAction(0, 1, create), newAction(0, 2, join)] },
    written: [
      { atMs: 0, operationId: id, key: '0/1', state: 'started' },
      ...states.map(([atMs, state]) => ({ atMs, operationId: id, key: '0/2', state })),
    ],
  };
}

function violations(operations: readonly ReturnType<typeof operation>[], log: readonly LogLine[]): string[] {
  const tally = new Tally();
  const positions = operations.map(({ position }) => position);
  const written = operations.flatMap((one) => one.written).sort((a, b) => a.atMs - b.atMs);
  judgeEffects({ log, positions, written, accepted: [], calls: [], freezes: [] }, tally);
  return tally.violations;
}

describe('Of a group that many operations write to, the judge', () => {
  it('does not take one for the other when it happens to hold the same members again', () => {
    const one = operation('one', 109, [1_000, 'started'], [3_000, 'done']);
    const other = operation(
      'other',
      110,
      [900, 'started'],
      [3_100, 'done'],
      [9_000, 'reverting'],
      [9_500, 'reverted'],
    );
    const log = [
      person(109),
      person(110),
      members(1_100, [108], [108, 109]),
      members(1_200, [108, 109], [108, 109, 110]),
      members(9_100, [108, 109, 110], [108, 109]),
    ];
    expect(violations([other, one], log)).toEqual([]);
  });

  it('sees that a Person came twice for one operation, also when the group holds others by then', () => {
    const one = operation('one', 109, [1_000, 'started'], [3_000, 'unknown'], [4_000, 'started']);
    const log = [
      person(109),
      members(1_100, [], [109]),
      line(1_200, 'update', { type: 21, dbid: 101, name: base }, members(0, [109], []).before, {
        memberIDs: [],
      }),
      members(4_100, [108], [108, 109]),
    ];
    expect(violations([one], log).join()).toContain('number 2 of its kind in operation one');
  });

  it('sees that a Person came whose operation had not begun to add it, while another was adding its own', () => {
    const one = operation('one', 109, [1_000, 'started'], [3_000, 'done']);
    const other = operation('other', 110, [5_000, 'planned']);
    const log = [person(109), person(110), members(1_100, [], [110])];
    expect(violations([one, other], log).join()).toContain('no action was under way');
  });
});

describe('Of a process that was frozen beyond its lease, the judge', () => {
  const freeze = { replica: 1, pid: 7, fromMs: 1_000, untilMs: 10_000 };
  const call = { replica: 1, method: 'PUT', path: '/x', atMs: 13_000, status: 200 };
  const judged = (pid: number): string[] => {
    const tally = new Tally();
    const evidence = { log: [], positions: [], accepted: [], written: [], calls: [call], freezes: [freeze] };
    judgeFreezes(evidence, () => [{ pid, atMs: 20_000 }], tally);
    return tally.violations;
  };

  it('sees a call long after it woke, and before it knows that its lease is lost', () => {
    expect(judged(7).join()).toContain('3000 ms after waking');
  });

  it('does not take the lease that the next process of the replica loses for its own', () => {
    expect(judged(8)).toEqual([]);
  });
});
