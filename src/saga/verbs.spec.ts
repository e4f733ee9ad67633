import { describe, expect, it } from 'vitest';
import type { Direction, OperationState, Position } from './position.js';
import { newAction } from './position.js';
import { making, newOperation } from './testing/given.js';
import { isVerb, possibleVerbs, supportedVerbs, verbFits, verbs, verbTable } from './verbs.js';

const states: readonly OperationState[] = [
  'queued',
  'running',
  'awaiting-approval',
  'waiting-for-task',
  'paused',
  'compensating',
  'needs-attention',
  'completed',
  'failed',
  'cancelled',
  'abandoned',
];

const at = (state: OperationState, direction: Direction, extra: Partial<Position> = {}): Position =>
  newOperation(['work'], { state, direction, ...extra });

const irreversible = newAction(0, 1, making('group', { irreversible: true }));

describe('The table of verbs', () => {
  const matrix = (extra: Partial<Position> = {}): Record<string, string> =>
    Object.fromEntries(
      states.flatMap((state) =>
        (['forward', 'undo'] as const).map((direction) => [
          `${state} ${direction}`,
          verbs.filter((verb) => verbFits(verb, at(state, direction, extra))).join(' '),
        ]),
      ),
    );

  it('decides for every state, direction and verb what is possible', () => {
    expect(matrix()).toEqual({
      'queued forward': 'pause cancel',
      'queued undo': 'pause',
      'running forward': 'pause cancel',
      'running undo': 'pause',
      'awaiting-approval forward': 'cancel approve',
      'awaiting-approval undo': '',
      'waiting-for-task forward': 'cancel abandon',
      'waiting-for-task undo': 'abandon',
      'paused forward': 'resume cancel compensate abandon',
      'paused undo': 'resume abandon',
      'compensating forward': 'pause',
      'compensating undo': 'pause',
      'needs-attention forward': 'cancel retry compensate abandon',
      'needs-attention undo': 'retry abandon',
      'completed forward': '',
      'completed undo': '',
      'failed forward': '',
      'failed undo': '',
      'cancelled forward': '',
      'cancelled undo': '',
      'abandoned forward': '',
      'abandoned undo': '',
    });
  });

  it('takes cancel and compensate away once something irreversible has been started, and nothing else', () => {
    const started = matrix({ actions: [{ ...irreversible, state: 'started', ours: true }] });
    for (const [situation, possible] of Object.entries(matrix())) {
      const left = possible.split(' ').filter((verb) => verb !== 'cancel' && verb !== 'compensate');
      expect(`${situation}: ${started[situation] ?? ''}`).toBe(`${situation}: ${left.join(' ')}`);
    }
  });

  it('lets cancel stand while what is irreversible is only planned', () => {
    expect(verbFits('cancel', at('running', 'forward', { actions: [irreversible] }))).toBe(true);
  });

  it('lets only verify-service be skipped on the way forward', () => {
    const parkedAt = (name: string): Position => {
      const position = newOperation([name], { state: 'needs-attention' });
      return { ...position, steps: position.steps.map((step) => ({ ...step, state: 'running' })) };
    };
    expect(verbFits('skip', parkedAt('verify-service'))).toBe(true);
    expect(verbFits('skip', parkedAt('rebind-server'))).toBe(false);
  });

  it('lets only what is parked be skipped on the way back', () => {
    const action = { ...newAction(0, 1, making('one')), ours: true };
    const with1 = (state: 'parked' | 'reverting'): Position =>
      at('needs-attention', 'undo', { actions: [{ ...action, state }] });
    expect(verbFits('skip', with1('parked'))).toBe(true);
    expect(verbFits('skip', with1('reverting'))).toBe(false);
  });

  it("lets complete-task stand only where a task is in a person's hand", () => {
    const waitingFor = { reason: 'task' as const, detail: 'do it', untilMs: 1, task: 'id' };
    expect(verbFits('complete-task', at('waiting-for-task', 'forward', { waitingFor }))).toBe(true);
    expect(verbFits('complete-task', at('waiting-for-task', 'undo', { waitingFor }))).toBe(true);
    expect(verbFits('complete-task', at('waiting-for-task', 'forward'))).toBe(false);
    expect(verbFits('complete-task', at('running', 'forward', { waitingFor }))).toBe(false);
  });

  it('lets mark-done only stand at the action that made it park', () => {
    const action = newAction(0, 1, making('one'));
    const waitingFor = { reason: 'person' as const, detail: 'look', untilMs: null };
    const stands = (state: 'unknown' | 'done', extra: object): Position =>
      at('needs-attention', 'forward', {
        actions: [{ ...action, state }],
        waitingFor: { ...waitingFor, ...extra },
      });
    expect(verbFits('mark-done', stands('unknown', { action: '0/1' }))).toBe(true);
    expect(verbFits('mark-done', stands('unknown', {}))).toBe(false);
    expect(verbFits('mark-done', stands('done', { action: '0/1' }))).toBe(false);
  });

  it('lets reschedule stand only where there is a window, and it is waited for or missed', () => {
    const schedule = { notBeforeMs: null, window: { notBeforeMs: 1, notAfterMs: 2 } };
    const missed = { reason: 'person' as const, detail: 'window-missed: too late', untilMs: null };
    expect(verbFits('reschedule', at('running', 'forward', { schedule }))).toBe(true);
    expect(verbFits('reschedule', at('needs-attention', 'undo', { schedule, waitingFor: missed }))).toBe(
      true,
    );
    expect(verbFits('reschedule', at('needs-attention', 'forward', { schedule }))).toBe(false);
    expect(verbFits('reschedule', at('running', 'forward'))).toBe(false);
  });

  it('has a line for every verb, and says what it does', () => {
    expect(verbTable.map((rule) => rule.verb)).toEqual([...verbs]);
    for (const rule of verbTable) expect(rule.does).toMatch(/^[A-Z].*\.$/);
  });
});

describe('possibleVerbs', () => {
  it('offers only verbs whose behaviour is there', () => {
    for (const state of states) {
      for (const direction of ['forward', 'undo'] as const) {
        for (const verb of possibleVerbs(at(state, direction))) expect(supportedVerbs).toContain(verb);
      }
    }
    expect(possibleVerbs(at('needs-attention', 'forward'))).toEqual([
      'cancel',
      'retry',
      'compensate',
      'abandon',
    ]);
    expect(possibleVerbs(at('needs-attention', 'undo'))).toEqual(['retry', 'abandon']);
    expect(possibleVerbs(at('running', 'forward'))).toEqual(['pause', 'cancel']);
  });
});

describe('isVerb', () => {
  it('knows the verbs of the table and nothing that an object inherits', () => {
    expect(isVerb('cancel')).toBe(true);
    expect(['toString', 'constructor', '', 'Cancel'].filter(isVerb)).toEqual([]);
  });
});
