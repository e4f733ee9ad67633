import { describe, expect, it } from 'vitest';
import type { CarryOut } from './carry-out.js';
import type { Committer, CommitResult } from './committer.js';
import { Drive } from './drive.js';
import type { Instruction, Outcome } from './outcome.js';
import type { Position } from './position.js';
import type { Transition } from './transition.js';
import { given, making } from './testing/given.js';

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A drive whose database and target are answered by hand. */
function driving(position: Position) {
  const written: Transition[] = [];
  const calls: { instruction: Instruction; answer: (outcome: Outcome) => void }[] = [];
  const errors: unknown[] = [];
  const state = { over: false, results: [] as CommitResult[] };
  const committer = {
    commit: (transition: Transition): Promise<CommitResult> => {
      written.push(transition);
      return Promise.resolve(state.results.shift() ?? { result: 'durable' });
    },
  } as unknown as Committer;
  const carryOut = {
    do: (instruction: Instruction) =>
      new Promise<Outcome>((answer) => {
        calls.push({ instruction, answer });
      }),
  } as unknown as CarryOut;
  const drive = new Drive(position, '1', {
    committer,
    carryOut,
    facts: () => given({}).now,
    onOver: () => (state.over = true),
    onError: (_id, error) => errors.push(error),
  });
  return { drive, written, calls, errors, state };
}

const cancel = { verb: 'cancel', by: 'somebody', atMs: 0, reason: '' };

describe('A drive', () => {
  /** Claimed, and everything answered until an effect is decided on. */
  const beforeItsEffect = async (extra: CommitResult[] = []) => {
    const driven = driving(given({ work: [making('one')] }).position);
    driven.state.results.push(...extra);
    driven.drive.push({ type: 'claimed', callsUntilMs: null });
    await settled();
    driven.calls.at(-1)?.answer({ type: 'observed', plan: { actions: [making('one')], findings: [] } });
    await settled();
    driven.calls.at(-1)?.answer({ type: 'read', key: '0/1', seen: { image: null } });
    await settled();
    return driven;
  };
  const asked = (calls: readonly { instruction: Instruction }[]) =>
    calls.map(({ instruction }) => instruction.do);

  it('sends no effect before its intent is durable, and asks questions meanwhile', async () => {
    let answer = (_result: CommitResult): void => undefined;
    const pending = new Promise<CommitResult>((resolve) => (answer = resolve));
    const { written, calls, drive } = await beforeItsEffect([pending as unknown as CommitResult]);
    expect(asked(calls)).toEqual(['observe', 'read']);
    expect(written).toHaveLength(1);
    answer({ result: 'durable' });
    await settled();
    expect(asked(calls)).toEqual(['observe', 'read', 'apply']);
    drive.drop();
  });

  it('writes what led to an effect in one commit: plan, intent and events, from where the row stands', async () => {
    const { written, drive } = await beforeItsEffect();
    expect(written).toMatchObject([
      {
        from: { version: 1, state: 'queued' },
        decision: {
          position: { state: 'running', actions: [{ state: 'started', attempts: 1 }] },
          events: [{ type: 'operation.started' }],
        },
      },
    ]);
    expect(written[0]?.decision.changedActions).toEqual(new Set(['0/1']));
    expect(written[0]?.decision.changedSteps).toEqual(new Set([0]));
    drive.drop();
  });

  it('shows where the operation stands when a question takes long', async () => {
    const { drive, written, calls } = driving(given({ inspect: [] }).position);
    drive.push({ type: 'claimed', callsUntilMs: null });
    await expect.poll(() => written.length).toBe(1);
    expect(written[0]).toMatchObject({ release: false, decision: { position: { state: 'running' } } });
    expect(asked(calls)).toEqual(['observe']);
    drive.drop();
  });

  it('decides again with a request that came before its commit, and keeps what was held', async () => {
    const { written, state, calls } = await beforeItsEffect([
      { result: 'asked', request: cancel, version: 2 },
    ]);
    expect(written.map(({ from }) => from.version)).toEqual([1, 2]);
    expect(written[1]).toMatchObject({
      decision: { position: { state: 'cancelled' } },
      release: true,
    });
    const events = written[1]?.decision.events.map(({ type }) => type) ?? [];
    expect([events[0], events.at(-1)]).toEqual(['operation.started', 'operation.cancelled']);
    expect(asked(calls)).not.toContain('apply');
    expect(state.over).toBe(true);
  });

  it('carries nothing out and writes no more when the operation is not its own any more', async () => {
    const { drive, written, calls, state } = await beforeItsEffect([{ result: 'lost' }]);
    drive.push({ type: 'tick' });
    await settled();
    expect(written).toHaveLength(1);
    expect(asked(calls)).not.toContain('apply');
    expect(state.over).toBe(true);
  });
});

describe('A drive that meets something unheard of', () => {
  const poisoned = async (extra: Partial<Position> = {}) => {
    const sending = given({ work: [making('one'), making('two')] }).until('apply two');
    const made = driving({ ...sending.position, ...extra });
    // An answer to a call that never was: nobody foresaw that.
    made.drive.push({ type: 'read', key: '7/7', seen: { image: null } });
    await settled();
    return made;
  };

  it('parks the operation with the error and lets it go', async () => {
    const { written, errors, state } = await poisoned();
    expect(written).toMatchObject([
      {
        release: true,
        dueAtMs: null,
        decision: { position: { state: 'needs-attention', error: { code: 'internal' } } },
      },
    ]);
    expect(errors).toHaveLength(1);
    expect(state.over).toBe(true);
  });

  it('marks the effects in the air as unknown: their answers will be heard by nobody', async () => {
    const { written } = await poisoned();
    const [transition] = written;
    expect(transition?.decision.position.actions).toMatchObject([
      { state: 'unknown', uncertain: 'apply', ours: true },
      { state: 'unknown', uncertain: 'apply', ours: true },
    ]);
    expect(transition?.decision.changedActions).toEqual(new Set(['0/1', '0/2']));
  });

  it('lets go of the request that may be what cannot be carried out', async () => {
    const { written } = await poisoned({ requestedVerb: cancel });
    expect(written[0]?.decision.position.requestedVerb).toBeNull();
  });

  it('writes it once more when somebody asked something meanwhile: the operation must not be left without an owner', async () => {
    const sending = given({ work: [making('one')] }).until('apply one');
    const { drive, written, state } = driving(sending.position);
    state.results.push({ result: 'asked', request: cancel, version: 40 });
    drive.push({ type: 'read', key: '7/7', seen: { image: null } });
    await settled();
    expect(written.map(({ from }) => from.version)).toEqual([sending.position.version, 40]);
    expect(written[1]?.decision.position.state).toBe('needs-attention');
  });
});
