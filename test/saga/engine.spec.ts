import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../src/database/database.js';
import type { Saga } from '../../src/saga/saga.js';
import type { TestDatabase } from '../support/postgres.js';
import { freshDatabase } from '../support/postgres.js';
import type { Engine } from './engine.js';
import { accept, ask, makeEngine, positionOf, until, untilStanding } from './engine.js';
import { failing, MemoryTarget, testSaga } from './memory-target.js';

let test: TestDatabase;
let target: MemoryTarget;
const engines: Engine[] = [];

beforeEach(async () => {
  test = await freshDatabase();
  target = new MemoryTarget();
});
afterEach(async () => {
  for (const engine of engines.splice(0)) {
    await engine.runner.stop();
    await engine.close();
  }
  await test.drop();
});

async function started(
  saga: Saga = testSaga(),
  options: Parameters<typeof makeEngine>[3] = {},
): Promise<Engine> {
  const engine = makeEngine(test.url, saga, target, options);
  engines.push(engine);
  await engine.runner.start();
  return engine;
}

const events = async (engine: Engine): Promise<string[]> => {
  const { rows } = await engine.database.query<{ type: string; sequence: string }>(
    'SELECT type, sequence FROM event ORDER BY sequence',
  );
  expect(rows.map((row) => Number(row.sequence))).toEqual(rows.map((_, index) => index + 1));
  return rows.map((row) => row.type.replace('solution-onboarding.', '').replace('.v1', ''));
};

const locks = async (engine: Engine): Promise<number> =>
  (await engine.database.query('SELECT 1 FROM lock')).rows.length;

describe('An operation on a real database', () => {
  it('does every action once, stage by stage, and ends completed with its locks released', async () => {
    const engine = await started();
    const id = await accept(engine.database, testSaga());
    const position = await untilStanding(engine.database, id);
    expect(position.state).toBe('completed');
    expect(target.log[0]).toBe('apply one');
    expect([...target.log.slice(1, 3)].sort()).toEqual(['apply three', 'apply two']);
    expect(target.log[3]).toBe('apply four');
    expect(await locks(engine)).toBe(0);
    expect(engine.ends.ended).toEqual(['completed']);
    expect(await events(engine)).toEqual([
      'operation.started',
      'step.completed',
      'step.completed',
      'step.completed',
      'step.completed',
      'operation.completed',
    ]);
  });

  it('is undone in reverse order, to the before-image, when a finding refuses the end', async () => {
    const saga = testSaga({ rejectAtEnd: true });
    const engine = await started(saga);
    const id = await accept(engine.database, saga);
    const position = await untilStanding(engine.database, id);
    expect(position.state).toBe('failed');
    expect(position.error).toMatchObject({ code: 'internal', step: 'verify' });
    expect(target.log.slice(4)[0]).toBe('revert four');
    expect(target.log.at(-1)).toBe('revert one');
    expect([...target.values.values()]).toEqual([null, null, null, null]);
    expect(position.steps.map((step) => step.state)).toEqual(['done', 'undone', 'undone', 'failed']);
    expect(await locks(engine)).toBe(0);
    expect(await events(engine)).toContain('operation.compensating');
  });

  it('keeps its locks while it needs a person, and goes on with retry without repeating what is done', async () => {
    target.before = (action) => {
      if (action.object.name === 'four') failing('transient')();
    };
    const saga = testSaga();
    for (const step of saga.steps)
      Object.assign(step, {
        retry: {
          attempts: 2,
          firstDelayMs: 1,
          factor: 1,
          maxDelayMs: 1,
          totalMs: 60_000,
          attemptsBack: 2,
          totalBackMs: 60_000,
        },
      });
    const engine = await started(saga);
    const id = await accept(engine.database, saga);
    const parked = await untilStanding(engine.database, id);
    expect(parked).toMatchObject({
      state: 'needs-attention',
      error: { code: 'retries-used-up' },
      waitingFor: { reason: 'person' },
    });
    expect(await locks(engine)).toBe(2);
    target.before = () => undefined;
    await ask(engine.database, id, 'retry');
    await until('completed', async () => (await positionOf(engine.database, id)).state === 'completed');
    expect(target.log.filter((line) => line === 'apply one')).toHaveLength(1);
  });

  it('waits for a target that is down without using up its budget, and says so', async () => {
    let down = true;
    target.before = () => {
      if (down) failing('target-down')();
    };
    const engine = await started();
    const id = await accept(engine.database, testSaga());
    const waiting = await until('it waits', async () => {
      const position = await positionOf(engine.database, id);
      return position.waitingFor?.reason === 'target' ? position : null;
    });
    expect(waiting.state).toBe('running');
    expect(waiting.actions[0]).toMatchObject({ failures: 0, state: 'planned' });
    down = false;
    expect((await untilStanding(engine.database, id)).state).toBe('completed');
  });

  it('reads back an effect whose answer was lost and does not repeat it', async () => {
    let lost = 0;
    target.after = (action) => {
      if (action.object.name === 'two' && lost === 0) {
        lost += 1;
        failing('unknown')();
      }
    };
    const engine = await started();
    const id = await accept(engine.database, testSaga());
    expect((await untilStanding(engine.database, id)).state).toBe('completed');
    expect(target.log.filter((line) => line === 'apply two')).toHaveLength(1);
  });

  it('takes a cancel while it runs, undoes what was done and ends cancelled', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    target.after = async (action, call) => {
      if (action.object.name === 'two' && call === 'apply') await held;
    };
    const engine = await started();
    const id = await accept(engine.database, testSaga());
    await until('two is done', () => Promise.resolve(target.log.includes('apply two')));
    await ask(engine.database, id, 'cancel');
    release();
    const position = await untilStanding(engine.database, id);
    expect(position.state).toBe('cancelled');
    expect([...target.values.values()].every((value) => value === null)).toBe(true);
    expect(target.log).not.toContain('apply four');
    expect(await events(engine)).toContain('operation.verb-applied');
  });

  it('does not overwrite what somebody else has changed, and turns round', async () => {
    const engine = await started();
    target.before = (action, call) => {
      if (action.object.name === 'one' && call === 'apply')
        target.values.set(`${action.solutionId}/four`, 'theirs');
    };
    const id = await accept(engine.database, testSaga());
    const position = await untilStanding(engine.database, id);
    expect(position).toMatchObject({ state: 'failed', error: { code: 'changed-by-other', step: 'second' } });
    expect([...target.values.values()].sort()).toEqual([null, null, null, 'theirs'].sort());
  });

  it('parks in the undo when somebody else has changed what it made, and abandon says what is left', async () => {
    const saga = testSaga({ rejectAtEnd: true });
    const engine = await started(saga);
    target.after = (action, call) => {
      if (action.object.name === 'four' && call === 'apply')
        target.values.set(`${action.solutionId}/one`, 'theirs');
    };
    const id = await accept(engine.database, saga);
    const parked = await untilStanding(engine.database, id);
    expect(parked).toMatchObject({ state: 'needs-attention', direction: 'undo' });
    expect(parked.waitingFor?.detail).toContain('theirs');
    await ask(engine.database, id, 'abandon');
    const over = await until('abandoned', async () => {
      const position = await positionOf(engine.database, id);
      return position.state === 'abandoned' ? position : null;
    });
    expect(over.leftBehind.map((left) => left.object.name)).toEqual(['one']);
    expect(await locks(engine)).toBe(0);
  });

  it('waits for the one who holds its locks, says for whom, and inspects again', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    target.before = async () => held;
    const engine = await started();
    const first = await accept(engine.database, testSaga(), 'first');
    await until('the first has its locks', async () => (await locks(engine)) === 2);
    const second = await accept(engine.database, testSaga(), 'second');
    engine.runner.look();
    const waiting = await until('the second waits', async () => {
      const position = await positionOf(engine.database, second);
      return position.waitingFor?.reason === 'lock' ? position : null;
    });
    expect(waiting.waitingFor).toMatchObject({ operation: first });
    expect(waiting.waitingFor?.detail).toContain('"first"');
    release();
    expect((await untilStanding(engine.database, second)).state).toBe('completed');
  });

  it('fails with plan-drifted before its first effect when the agreed plan is another', async () => {
    const engine = await started();
    const id = await accept(engine.database, testSaga(), 'k', 'sha256:of-another-plan');
    const position = await untilStanding(engine.database, id);
    expect(position).toMatchObject({ state: 'failed', error: { code: 'plan-drifted' } });
    expect(target.log).toEqual([]);
  });

  it('is let go until its time has come, and begins then by itself', async () => {
    const engine = await started();
    const notBeforeMs = Date.now() + 2_500;
    const id = await accept(engine.database, testSaga(), 'k', null, { notBeforeMs, window: null });
    engine.runner.look();
    const waiting = await until('it waits for its time', async () => {
      const position = await positionOf(engine.database, id);
      return position.waitingFor?.reason === 'schedule' ? position : null;
    });
    expect(waiting).toMatchObject({ state: 'queued', startedAtMs: null });
    expect(engine.runner.inHand).toBe(0);
    const position = await untilStanding(engine.database, id);
    expect(position.state).toBe('completed');
    expect(position.startedAtMs).toBeGreaterThanOrEqual(notBeforeMs);
  });

  it('parks an operation whose step throws something unheard of, and harms no other', async () => {
    const saga = testSaga();
    const engine = await started(saga);
    target.before = (action) => {
      if (action.object.name === 'one' && action.solutionId === poisoned)
        throw new TypeError('unheard of \u0000');
    };
    const bad = await accept(engine.database, saga, 'bad');
    const poisoned = (await positionOf(engine.database, bad)).solutionId;
    const good = await accept(engine.database, testSaga({ locks: ['lock/c'] }), 'good');
    await engine.database.query(
      `UPDATE operation SET due_at = clock_timestamp() WHERE owner IS NULL AND due_at IS NOT NULL`,
    );
    const parked = await untilStanding(engine.database, bad);
    expect(parked.state).toBe('needs-attention');
    await ask(engine.database, bad, 'abandon');
    expect((await untilStanding(engine.database, good)).state).toBe('completed');
  });
});

/** Takes the object out of everything that is written down of an operation's actions. */
const spoil = (database: Database, id: string): Promise<unknown> =>
  database.query(
    `UPDATE operation_progress SET change = replace(change::text, '"object"', '"objekt"')::json WHERE operation_id = $1`,
    [id],
  );
const mend = (database: Database, id: string): Promise<unknown> =>
  database.query(
    `UPDATE operation_progress SET change = replace(change::text, '"objekt"', '"object"')::json WHERE operation_id = $1`,
    [id],
  );

describe('Rows that can no longer be read', () => {
  /** Begun, with actions written down, and let go by a worker that has stopped. */
  async function begun(saga: Saga): Promise<{ first: string; second: string }> {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    target.before = async (action) => (action.object.name === 'two' ? held : undefined);
    const engine = makeEngine(test.url, saga, target);
    const first = await accept(engine.database, saga, 'bad');
    await engine.runner.start();
    await until('one is done', () => Promise.resolve(target.log.includes('apply one')));
    const second = await accept(engine.database, saga, 'good');
    const stopped = engine.runner.stop();
    release();
    await stopped;
    await engine.close();
    target.before = () => undefined;
    return { first, second };
  }

  it('park their own operation with the reason, and those claimed with it go on', async () => {
    const saga = testSaga({ locks: [] });
    const { first, second } = await begun(saga);
    const other = makeEngine(test.url, saga, target);
    await spoil(other.database, first);
    await other.close();
    const engine = await started(saga);
    const parked = await untilStanding(engine.database, first);
    expect(parked).toMatchObject({ state: 'needs-attention', error: { code: 'progress-unreadable' } });
    expect((await untilStanding(engine.database, second)).state).toBe('completed');
    await mend(engine.database, first);
    await ask(engine.database, first, 'retry');
    const ended = await until('it goes on from where it stood', async () => {
      const position = await positionOf(engine.database, first);
      return position.state === 'completed' ? position : null;
    });
    expect(ended.actions.map(({ state, ours }) => [state, ours])).toEqual(
      ended.actions.map(() => ['done', true]),
    );
  });

  it('leave the operation to be given up, and nobody waits for its locks any more', async () => {
    const saga = testSaga();
    const { first, second } = await begun(saga);
    const other = makeEngine(test.url, saga, target);
    await spoil(other.database, first);
    await other.close();
    const engine = await started(saga);
    expect((await untilStanding(engine.database, first)).state).toBe('needs-attention');
    expect(await locks(engine)).toBeGreaterThan(0);
    await ask(engine.database, first, 'abandon');
    await until('it has ended', async () => (await positionOf(engine.database, first)).state === 'abandoned');
    expect((await untilStanding(engine.database, second)).state).toBe('completed');
    expect(await locks(engine)).toBe(0);
    const { rows } = await engine.database.query(
      `SELECT 1 FROM operation_progress WHERE operation_id = $1 AND change::text LIKE '%"objekt"%'`,
      [first],
    );
    expect(rows.length, 'the rows are as they were found').toBeGreaterThan(0);
  });
});

describe('A worker that goes', () => {
  it('hands back what it has in hand when it stops, and another goes on', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    target.before = async (action) => (action.object.name === 'two' ? held : undefined);
    const first = makeEngine(test.url, testSaga(), target);
    await first.runner.start();
    const id = await accept(first.database, testSaga());
    await until('one is done', () => Promise.resolve(target.log.includes('apply one')));
    const stopped = first.runner.stop();
    release();
    await stopped;
    await first.close();
    const second = await started();
    expect((await untilStanding(second.database, id)).state).toBe('completed');
    expect(target.log.sort()).toEqual(['apply four', 'apply one', 'apply three', 'apply two']);
  });

  it('loses its operations when its lease runs out, writes nothing more, and sends nothing more', async () => {
    let frozen = false;
    let release = (): void => undefined;
    const thaw = new Promise<void>((resolve) => (release = resolve));
    target.before = async (action) => {
      if (action.object.name === 'one' && !frozen) {
        frozen = true;
        await thaw;
      }
    };
    // Its clock stands still while it is frozen, as with a process that was stopped: then it jumps.
    let stoppedMs = 0;
    const zombie = makeEngine(test.url, testSaga(), target, {
      leaseMs: 800,
      monotonic: () => performance.now() + stoppedMs,
    });
    await zombie.runner.start();
    const id = await accept(zombie.database, testSaga());
    await until('it is frozen before its first effect', () => Promise.resolve(frozen));
    // Its lease is not renewed any more.
    await zombie.database.query(`UPDATE worker SET lease_until = clock_timestamp() - interval '1 second'`);
    stoppedMs = 10_000;
    const other = await started(testSaga(), { leaseMs: 800 });
    const over = untilStanding(other.database, id);
    expect((await over).state).toBe('completed');
    const effects = target.log.length;
    release();
    await until('the zombie has noticed', () => Promise.resolve(zombie.runner.inHand === 0));
    expect(target.log).toHaveLength(effects);
    await zombie.runner.stop();
    await zombie.close();
  });

  it('on the sole-process database waits for no lease of a worker that was killed', async () => {
    const dead = makeEngine(test.url, testSaga(), target, { leaseMs: 600_000 });
    await dead.lease.register();
    const id = await accept(dead.database, testSaga());
    await dead.database.query('UPDATE operation SET owner = $1', [dead.lease.epoch]);
    await dead.close();
    const engine = await started(testSaga(), { soleProcess: true });
    expect((await untilStanding(engine.database, id)).state).toBe('completed');
  });
});

describe('Many operations', () => {
  it('are shared by three workers without doubling an effect', async () => {
    const saga = testSaga({ locks: [] });
    const three = await Promise.all([started(saga), started(saga), started(saga)]);
    const [engine] = three;
    const ids = await Promise.all(
      Array.from({ length: 120 }, (_, n) => accept(engine.database, saga, `k${n}`)),
    );
    for (const { runner } of three) runner.look();
    for (const id of ids) expect((await untilStanding(engine.database, id)).state).toBe('completed');
    expect(target.log).toHaveLength(120 * 4);
  });
});
