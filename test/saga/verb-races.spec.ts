import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { AppError } from '../../src/errors.js';
import { localCaller } from '../../src/http/caller.js';
import type { Verb } from '../../src/saga/verbs.js';
import { SystemClock } from '../../src/solutions/clock.js';
import { AcceptVerb } from '../../src/solutions/commands/accept-verb.js';
import type { TestDatabase } from '../support/postgres.js';
import { freshDatabase } from '../support/postgres.js';
import type { Engine } from './engine.js';
import { accept, makeEngine, positionOf, until, untilStanding } from './engine.js';
import { MemoryTarget, testSaga } from './memory-target.js';

/** Races of each kind; every operation is one. */
const races = 12;
const saga = testSaga({ locks: [] });
const acceptance = new AcceptVerb(new SystemClock());

let test: TestDatabase;
let target: MemoryTarget;
let engines: Engine[];

beforeEach(async () => {
  test = await freshDatabase();
  target = new MemoryTarget();
  engines = [];
});
afterEach(async () => {
  for (const engine of engines) {
    await engine.runner.stop();
    await engine.close();
  }
  await test.drop();
});

function worker(): Engine {
  const engine = makeEngine(test.url, saga, target);
  engines.push(engine);
  return engine;
}

/** As the interface does it. @returns `taken`, or the code and the words of the refusal */
async function ask(database: Database, operationId: string, verb: Verb): Promise<string> {
  try {
    await database.transaction((tx) =>
      acceptance.accept(tx, { operationId, verb, request: { reason: 'race' }, caller: localCaller }),
    );
    return 'taken';
  } catch (error) {
    if (error instanceof AppError) return `${error.code}: ${error.detail}`;
    throw error;
  }
}

const acceptAll = (database: Database): Promise<string[]> =>
  Promise.all(Array.from({ length: races }, (_, n) => accept(database, saga, `race-${n}`)));

/** The verbs that took effect, in the order in which they did. */
async function applied(database: Database, operationId: string): Promise<string[]> {
  const { rows } = await database.query<{ verb: string }>(
    `SELECT data ->> 'verb' AS verb FROM event
     WHERE operation_id = $1 AND type = 'solution-onboarding.operation.verb-applied.v1' ORDER BY sequence`,
    [operationId],
  );
  return rows.map(({ verb }) => verb);
}

/** Holds every operation at an object until it is let go. */
function gate(name: string): { readonly reached: () => number; readonly open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  let reached = 0;
  target.before = async (action, call) => {
    if (action.object.name !== name || call !== 'apply') return;
    reached += 1;
    await opened;
  };
  return { reached: () => reached, open };
}

describe(`Of ${races} requests that race`, () => {
  it('another one, exactly one is taken, and the other is told which one waits', async () => {
    const [engine, other] = [worker(), worker()];
    const held = gate('two');
    const ids = await acceptAll(engine.database);
    await engine.runner.start();
    await until('all are in the middle', () => Promise.resolve(held.reached() === races));
    const answers = await Promise.all(
      ids.map((id) => Promise.all([ask(engine.database, id, 'cancel'), ask(other.database, id, 'pause')])),
    );
    held.open();
    for (const [index, id] of ids.entries()) {
      const [cancel, pause] = answers[index] ?? [];
      const winner = cancel === 'taken' ? 'cancel' : 'pause';
      expect([cancel, pause].filter((answer) => answer === 'taken')).toHaveLength(1);
      expect(winner === 'cancel' ? pause : cancel).toBe(
        `verb-pending: "${winner}" by local waits for its safe point.`,
      );
      const { state } = await untilStanding(engine.database, id);
      expect(state).toBe(winner === 'cancel' ? 'cancelled' : 'paused');
      expect(await applied(engine.database, id)).toEqual([winner]);
    }
  });

  it('the last effect and the end, each is carried out, or is refused because it has ended', async () => {
    const [engine, other] = [worker(), worker()];
    const answers = new Map<string, Promise<string>>();
    const ids = await acceptAll(engine.database);
    // As the answer of the last effect goes out, from before it is written down until after the end.
    target.after = (action, call) => {
      if (action.object.name !== 'four' || call !== 'apply') return;
      const laterMs = answers.size * 3;
      const asked = new Promise((resolve) => setTimeout(resolve, laterMs)).then(() =>
        ask(other.database, action.operationId, 'cancel'),
      );
      answers.set(action.operationId, asked);
    };
    await engine.runner.start();
    await until('all have been asked', () => Promise.resolve(answers.size === races));
    for (const id of ids) {
      const answer = await answers.get(id);
      const { state } = await until('it has ended', async () => {
        const position = await positionOf(engine.database, id);
        return position.endedAtMs === null ? null : position;
      });
      if (answer === 'taken')
        expect([state, await applied(engine.database, id)]).toEqual(['cancelled', ['cancel']]);
      else {
        expect(answer).toBe('verb-not-possible: "cancel" does not fit: the operation is completed.');
        expect([state, await applied(engine.database, id)]).toEqual(['completed', []]);
      }
    }
  });

  it('a take-over, each is carried out once, by whoever has the operation then', async () => {
    const [zombie, next] = [worker(), worker()];
    const held = gate('two');
    const ids = await acceptAll(zombie.database);
    await zombie.runner.start();
    await until('all are in the middle', () => Promise.resolve(held.reached() === races));
    await next.runner.start();
    const lost = zombie.database.query(
      `UPDATE worker SET lease_until = clock_timestamp() - interval '1 second' WHERE epoch = $1`,
      [zombie.lease.epoch],
    );
    const asked = ids.map(async (id, n) => {
      await new Promise((resolve) => setTimeout(resolve, n * 5));
      return ask(next.database, id, 'cancel');
    });
    await lost;
    await next.lease.takeOver(false);
    held.open();
    expect(await Promise.all(asked)).toEqual(ids.map(() => 'taken'));
    next.runner.look();
    for (const id of ids) {
      await until('it has ended', async () => (await positionOf(next.database, id)).endedAtMs);
      // Row and progress are two statements: read together with the end, the progress may be older.
      const { state, actions } = await positionOf(next.database, id);
      expect([state, await applied(next.database, id)]).toEqual(['cancelled', ['cancel']]);
      expect(actions.filter((action) => action.ours && action.state !== 'reverted')).toEqual([]);
    }
    expect([...target.values.values()].filter((value) => value !== null)).toEqual([]);
  });
});
