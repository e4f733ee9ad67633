import { describe, expect, it } from 'vitest';
import type { PlannedAction } from './action.js';
import { reading } from './call.js';
import type { Json } from './json.js';
import { planSaga } from './plan-saga.js';
import type { Saga } from './saga.js';
import type { StepContext, StepPlan } from './step.js';
import { Step } from './step.js';
import { finding, making } from './testing/given.js';

class Planned extends Step<Json, null> {
  readonly asked: StepContext<Json>[] = [];

  constructor(
    override readonly name: string,
    private readonly planned: (context: Omit<StepContext<Json>, 'call'>) => Partial<StepPlan>,
  ) {
    super();
  }

  override observe(context: StepContext<Json>): Promise<null> {
    this.asked.push(context);
    return Promise.resolve(null);
  }

  override plan(_observed: null, context: Omit<StepContext<Json>, 'call'>): StepPlan {
    return { actions: [], findings: [], ...this.planned(context) };
  }
}

const sagaOf = (...steps: readonly Planned[]): Saga => ({
  kind: 'onboarding',
  steps: steps as unknown as Saga['steps'],
});

const context = {
  call: reading,
  desired: { key: 'retail' },
  operationId: '0193aaaa-0000-7000-8000-000000000001',
  solutionId: '0193aaaa-0000-7000-8000-000000000002',
  dryRun: true,
  nowMs: 1_000,
};

const digestOf = async (
  actions: readonly PlannedAction[],
  extra: Partial<typeof context> = {},
): Promise<string> =>
  (await planSaga(sagaOf(new Planned('work', () => ({ actions }))), { ...context, ...extra })).digest;

describe('A plan', () => {
  it('lists the actions of all steps in order, each with its step', async () => {
    const saga = sagaOf(
      new Planned('first', () => ({ actions: [making('one')] })),
      new Planned('second', () => ({ actions: [making('two'), making('three')] })),
    );
    const { actions } = await planSaga(saga, context);
    expect(actions.map(({ step, object }) => `${step} ${object.name}`)).toEqual([
      'first one',
      'second two',
      'second three',
    ]);
  });

  it('gives each step what the steps before it found', async () => {
    const second = new Planned('second', () => ({}));
    await planSaga(
      sagaOf(
        new Planned('first', () => ({ refs: { tenant: 101, group: 1 } })),
        new Planned('again', () => ({ refs: { group: 2 } })),
        second,
      ),
      context,
    );
    expect(second.asked).toMatchObject([{ refs: { tenant: 101, group: 2 }, dryRun: true, nowMs: 1_000 }]);
  });

  it('keeps the warnings of all steps', async () => {
    const warning = (code: string) => ({ findings: [finding('warning', code, '')] });
    const saga = sagaOf(
      new Planned('first', () => warning('service-interruption')),
      new Planned('second', () => warning('shared-reader')),
    );
    const { findings } = await planSaga(saga, context);
    expect(findings.map(({ code }) => code)).toEqual(['service-interruption', 'shared-reader']);
  });

  it('ends at the first step that finds an error: the later ones have nothing to work on', async () => {
    const later = new Planned('later', () => ({ actions: [making('one')] }));
    const error = finding('error', 'unknown-tenant', '');
    const { actions, findings } = await planSaga(
      sagaOf(new Planned('first', () => ({ findings: [error] })), later),
      context,
    );
    expect(findings).toEqual([error]);
    expect(actions).toEqual([]);
    expect(later.asked).toEqual([]);
  });
});

describe('The digest of a plan', () => {
  it('is SHA-256', async () => {
    expect(await digestOf([making('one')])).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  it('is the same for the same target in another run, although our marks carry ids', async () => {
    const mark = (ids: { operationId: string; solutionId: string }) =>
      making('group', { after: { operation: ids.operationId, solution: ids.solutionId } });
    const other = {
      operationId: '0193bbbb-0000-7000-8000-000000000003',
      solutionId: '0193bbbb-0000-7000-8000-000000000004',
      nowMs: 2_000,
    };
    expect(await digestOf([mark(other)], other)).toBe(await digestOf([mark(context)]));
  });

  it('is the same in whatever order members come', async () => {
    const one = making('one', { before: { a: 1, b: 2 } });
    const same = making('one', { before: { b: 2, a: 1 } });
    expect(await digestOf([one])).toBe(await digestOf([same]));
  });

  it.each<[string, Partial<PlannedAction>]>([
    ['before', { before: 'something' }],
    ['after', { after: 'something else' }],
    ['kind', { kind: 'grant' }],
    ['object', { object: { type: 1, name: 'one', dbid: 7 } }],
  ])('is another one when an action has another %s', async (_member, extra) => {
    expect(await digestOf([making('one', extra)])).not.toBe(await digestOf([making('one')]));
  });

  it('is another one when something else is desired', async () => {
    expect(await digestOf([], { desired: { key: 'claims' } })).not.toBe(await digestOf([]));
  });

  it('does not tell how the actions are carried out', async () => {
    const how = { stage: 3, input: { stopMode: 'forced' }, underwayMs: 1, holdMs: 1 };
    expect(await digestOf([making('one', how)])).toBe(await digestOf([making('one')]));
  });
});
