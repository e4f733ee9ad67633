import { describe, expect, it } from 'vitest';
import type { CarryOut } from './carry-out.js';
import type { Committer, CommitResult, Transition } from './committer.js';
import { Drive } from './drive.js';
import type { Instruction, Outcome } from './outcome.js';
import type { Position } from './position.js';
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
  it('carries nothing out before what was decided is durable', async () => {
    const { drive, written, calls, state } = driving(given({ inspect: [] }).position);
    let answer = (_result: CommitResult): void => undefined;
    state.results.push(new Promise<CommitResult>((resolve) => (answer = resolve)) as unknown as CommitResult);
    drive.push({ type: 'claimed', callsUntilMs: null });
    await settled();
    expect(written).toHaveLength(1);
    expect(calls).toEqual([]);
    answer({ result: 'durable' });
    await settled();
    expect(calls.map(({ instruction }) => instruction.do)).toEqual(['observe']);
    drive.drop();
  });

  it('decides again with a request that came before its commit', async () => {
    const { drive, written, state } = driving(given({ inspect: [] }).position);
    state.results.push({ result: 'asked', request: cancel, version: 2 });
    drive.push({ type: 'claimed', callsUntilMs: null });
    await settled();
    expect(written.map(({ from }) => from.version)).toEqual([1, 2]);
    expect(written[1]?.decision.position.state).toBe('cancelled');
    expect(state.over).toBe(true);
  });

  it('carries nothing out and writes no more when the operation is not its own any more', async () => {
    const { drive, written, calls, state } = driving(given({ inspect: [] }).position);
    state.results.push({ result: 'lost' });
    drive.push({ type: 'claimed', callsUntilMs: null });
    await settled();
    drive.push({ type: 'tick' });
    await settled();
    expect(written).toHaveLength(1);
    expect(calls).toEqual([]);
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
