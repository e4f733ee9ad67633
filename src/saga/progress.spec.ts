import { describe, expect, it } from 'vitest';
import type { Decision } from './decide.js';
import type { Position } from './position.js';
import type { Change } from './progress.js';
import { changeOf, progressOf, snapshotOf } from './progress.js';
import { given, making, starting, stopping } from './testing/given.js';

const asStored = (change: Change): Change => JSON.parse(JSON.stringify(change)) as Change;
const names = (position: Position): string[] => position.steps.map((step) => step.name);

/** Goes to its end by single decisions; each one's change is kept as its row would be. */
function written(): { readonly changes: Change[]; readonly position: Position } {
  const run = given({
    inspect: { actions: [], locks: ['a'], refs: { dbid: 7 } },
    work: [making('one'), making('two')],
    rebind: [stopping('down'), starting('up', { stage: 2 })],
  });
  const changes: Change[] = [];
  let from = run.position;
  run.onDecision = (decision: Decision) => {
    const change = changeOf(from, decision);
    if (change !== null) changes.push(asStored(change));
    from = decision.position;
  };
  run.until('apply two').fails('two', 'transient').toItsEnd();
  return { changes, position: run.position };
}

describe('The changes of an operation', () => {
  it('put together are its steps, actions and interruptions', () => {
    const { changes, position } = written();
    const { steps, actions, interruptions } = position;
    expect(interruptions).toHaveLength(1);
    expect(progressOf(names(position), changes)).toEqual({ steps, actions, interruptions });
  });

  it('say what an action is only once', () => {
    const { changes } = written();
    const specs = changes
      .flatMap((change) => change.actions ?? [])
      .filter((action) => action.spec !== undefined);
    expect(specs.map((action) => [action.position, action.number])).toEqual([
      [1, 1],
      [1, 2],
      [2, 1],
      [2, 2],
    ]);
  });

  it('leave out what is as it was when it was new', () => {
    const { changes } = written();
    expect(Object.keys(changes[0]?.steps?.[0] ?? {}).sort()).toEqual(['position', 'startedAtMs', 'state']);
  });

  it('are the same as one snapshot', () => {
    const { position } = written();
    const { steps, actions, interruptions } = position;
    const snapshot = [asStored(snapshotOf(position))];
    expect(progressOf(names(position), snapshot)).toEqual({ steps, actions, interruptions });
  });

  it('cannot be put together when the plan of an action is missing', () => {
    const changes = [{ actions: [{ position: 0, number: 1, state: 'done' as const }] }];
    expect(() => progressOf(['work'], changes)).toThrow('action 0/1 was changed before it was planned');
  });

  it.each<[string, Change]>([
    [
      'an action without an object',
      { actions: [{ position: 0, number: 1, spec: { ...making('one'), object: 7 } as never }] },
    ],
    [
      'an action without a before-image',
      { actions: [{ position: 0, number: 1, spec: { ...making('one'), before: undefined } as never }] },
    ],
    [
      'an action in a state that there is not',
      { actions: [{ position: 0, number: 1, spec: making('one'), state: 'gone' as never }] },
    ],
    ['an action of a step that there is not', { actions: [{ position: 3, number: 1, spec: making('one') }] }],
    ['a step in a state that there is not', { steps: [{ position: 0, state: 'gone' as never }] }],
    ['a step beyond the last', { steps: [{ position: 3 }] }],
    ['null', null as never],
  ])('cannot be put together from %s', (_, change) => {
    expect(() => progressOf(['work'], [change])).toThrow();
  });

  it('is null where neither a step nor an action has changed', () => {
    const run = given({ work: [making('one')] }).until('read one');
    expect(
      changeOf(run.position, { ...run.decision, changedSteps: new Set(), changedActions: new Set() }),
    ).toBeNull();
  });
});
