import { describe, expect, it } from 'vitest';
import { finding, given, making } from './testing/given.js';
import { operationView, summaryOf } from './view.js';

const names = (count: number) => Array.from({ length: count }, (_, n) => making(`o${n}`));
const refusal = { findings: [finding('error', 'internal', 'not as it should be')] };

describe('The summary', () => {
  it('says how many steps are done, and how far the present one is', () => {
    const run = given({ inspect: [], work: names(3), verify: [] })
      .with({ parallel: 1 })
      .until('read o1');
    expect(summaryOf(run.position)).toBe('1 of 3 steps done; work (1 of 3)');
  });

  it('does not count a single action', () => {
    const run = given({ inspect: [], work: names(1) }).until('read o0');
    expect(summaryOf(run.position)).toBe('1 of 2 steps done; work');
  });

  it('says what is being undone, and how far', () => {
    const run = given({ work: names(3), verify: refusal })
      .with({ parallel: 1 })
      .until('revert o0')
      .until('read o1');
    expect(summaryOf(run.position)).toBe('0 of 2 steps done; undoing work (1 of 3)');
  });

  it.each([
    ['completed', { work: names(2) }, 'completed; 1 of 1 steps done'],
    ['failed', { work: names(2), verify: refusal }, 'failed; nothing of it is left at the target'],
  ])('says how it ended: %s', (_state, plans, summary) => {
    expect(summaryOf(given(plans).toItsEnd().position)).toBe(summary);
  });

  it('says that nothing is left when it was cancelled, and how far it came when it was abandoned', () => {
    expect(summaryOf(given({ work: [] }).requested('cancel').claimed().position)).toBe(
      'cancelled; nothing of it is left at the target',
    );
    const run = given({ inspect: [], work: names(1) })
      .until('read o0')
      .givesUp('o0')
      .asked('abandon');
    expect(summaryOf(run.position)).toBe('abandoned; 1 of 2 steps done');
  });

  it('vouches only for what was seen: not for what a person has undone, or says was never done', () => {
    const { position } = given({ work: names(3), verify: refusal }).toItsEnd();
    const [first, second, third] = position.actions;
    if (first === undefined || second === undefined || third === undefined) throw new Error('three actions');
    const failure = { class: 'invalid', code: 'task-not-done', detail: 'not done' } as const;
    const believed = [
      { ...first, uncertain: 'reported-back' as const },
      { ...second, state: 'planned' as const, lastError: failure },
      third,
    ];
    expect(summaryOf({ ...position, actions: believed })).toBe(
      'failed; nothing of it is left at the target as far as can be seen; 2 actions rest on what a person has reported',
    );
  });

  it('says that it has not begun', () => {
    expect(summaryOf(given({ inspect: [], work: [] }).position)).toBe('queued; 0 of 2 steps done');
  });
});

describe('The operation as callers see it', () => {
  const group = making('retail-email-account', {
    kind: 'create',
    object: { type: 21, name: 'retail-email-account', dbid: null },
  });
  const entry = making('Retail Inbound', {
    kind: 'grant',
    object: {
      type: 12,
      name: 'Retail Inbound',
      dbid: 201,
      for: { dbid: { knownAfter: 'create-account/1' } },
    },
  });
  const run = () =>
    given({ 'inspect-target': [], 'create-account': [group], 'link-access-group': [entry] })
      .until('apply retail-email-account')
      .does('retail-email-account', 105);

  it('has every member of the contract, and nothing that is not known yet is left out', () => {
    expect(operationView(run().position, { withActions: true })).toEqual({
      id: 'operation-id',
      href: '/v1/operations/operation-id',
      kind: 'onboarding',
      state: 'running',
      done: false,
      solution: {
        id: 'solution-id',
        href: '/v1/solutions/solution-id',
        target: 'lab',
        tenant: 'Environment',
        key: 'retail-email',
      },
      summary: '2 of 3 steps done; link-access-group',
      steps: [
        expect.objectContaining({ name: 'inspect-target', state: 'done', actions: [] }),
        {
          name: 'create-account',
          state: 'done',
          startedAt: '1970-01-01T00:16:40.000Z',
          endedAt: '1970-01-01T00:16:40.000Z',
          findings: [],
          actions: [
            {
              kind: 'create',
              object: { type: 21, name: 'retail-email-account', dbid: 105 },
              state: 'done',
              attempts: 1,
              firstError: null,
              lastError: null,
              marked: null,
            },
          ],
        },
        expect.objectContaining({ name: 'link-access-group', state: 'running', endedAt: null }),
      ],
      waitingFor: null,
      possibleVerbs: ['pause', 'cancel'],
      requestedVerb: null,
      serviceDown: false,
      interruptions: [],
      approval: null,
      planId: null,
      error: null,
      leftBehind: [],
      requestedBy: 'local',
      externalReference: [],
      createdAt: '1970-01-01T00:16:40.000Z',
      updatedAt: '1970-01-01T00:16:40.000Z',
      startedAt: '1970-01-01T00:16:40.000Z',
      endedAt: null,
    });
  });

  it('shows references as soon as they are known', () => {
    const linked = run().until('read Retail Inbound');
    const { steps } = operationView(linked.position, { withActions: true });
    expect(steps[2]).toMatchObject({ actions: [{ object: { dbid: 201, for: { dbid: 105 } } }] });
  });

  it('leaves the actions out for events', () => {
    for (const step of operationView(run().position, { withActions: false }).steps) {
      expect(step).not.toHaveProperty('actions');
    }
  });

  it('says why it waits, until when, and for whom the request waits', () => {
    const waiting = run().until('read Retail Inbound');
    waiting.readFails('Retail Inbound', { class: 'throttled', detail: 'slow down', retryAfterMs: 20_000 });
    const view = operationView(waiting.requested('cancel').position, { withActions: false });
    expect(view.waitingFor).toEqual({
      reason: 'target',
      detail: 'grant "Retail Inbound": slow down',
      until: '1970-01-01T00:17:00.000Z',
    });
    expect(view.requestedVerb).toEqual({
      verb: 'cancel',
      by: 'somebody',
      reason: 'an example',
      at: '1970-01-01T00:16:40.000Z',
    });
  });

  it('says what went wrong with the title of its page, and the first and last error of each action', () => {
    const failing = run().until('apply Retail Inbound');
    failing.fails('Retail Inbound', {
      class: 'invalid',
      detail: 'no',
      platform: '403',
      code: 'target-refused',
    });
    const view = operationView(failing.position, { withActions: true });
    expect(view.error).toEqual({
      code: 'target-refused',
      title: expect.stringMatching(/^[A-Z]/) as string,
      detail: 'grant "Retail Inbound": no',
      step: 'link-access-group',
    });
    const failure = { class: 'invalid', code: 'target-refused', detail: 'no', platform: '403' };
    expect(view.steps[2]).toMatchObject({ actions: [{ firstError: failure, lastError: failure }] });
  });

  it('is done exactly in the four ends', () => {
    const states = [
      'queued',
      'running',
      'compensating',
      'needs-attention',
      'paused',
      'awaiting-approval',
    ] as const;
    const isDone = (state: (typeof states)[number] | 'completed' | 'failed' | 'cancelled' | 'abandoned') =>
      operationView({ ...given({}).position, state }, { withActions: false }).done;
    expect(states.filter(isDone)).toEqual([]);
    expect((['completed', 'failed', 'cancelled', 'abandoned'] as const).filter(isDone)).toHaveLength(4);
  });
});
