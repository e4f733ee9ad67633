import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../src/database/database.js';
import type { TestDatabase } from '../support/postgres.js';
import { freshDatabase } from '../support/postgres.js';
import type { Engine } from './engine.js';
import { accept, ask, makeEngine, positionOf, until, untilStanding } from './engine.js';
import { MemoryTarget, testSaga } from './memory-target.js';

let test: TestDatabase;
let target: MemoryTarget;
let watcher: Engine;
const engines: Engine[] = [];

beforeEach(async () => {
  test = await freshDatabase();
  target = new MemoryTarget();
  watcher = made();
});
afterEach(async () => {
  for (const engine of engines.splice(0)) {
    await engine.runner.stop();
    await engine.close();
  }
  await test.drop();
});

function made(): Engine {
  const engine = makeEngine(test.url, testSaga(), target, { leaseMs: 1_000 });
  engines.push(engine);
  return engine;
}

type Query = Database['query'];

/** Whatever the engine asks the database goes through here first. */
function between(
  engine: Engine,
  meddle: (text: string, answer: () => ReturnType<Query>) => ReturnType<Query>,
): void {
  const query = engine.database.query.bind(engine.database);
  engine.database.query = ((text: string, values?: unknown[]) =>
    meddle(text, () => query(text, values))) as Query;
}

const isLoad = (text: string): boolean => text.includes('FROM operation_progress');
const isClaim = (text: string): boolean => text.includes('FOR UPDATE SKIP LOCKED');
const hasTaken = ({ rows }: Awaited<ReturnType<Query>>): boolean => rows.some(({ id }) => id !== null);
const lost = (): Error => new Error('Connection terminated unexpectedly');

/** The target takes calls, and answers when it is let. */
function holdEffects(): { readonly begun: Promise<void>; readonly release: () => void } {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const begun = new Promise<void>((resolve) => {
    target.before = () => {
      resolve();
      return held;
    };
  });
  return { begun, release };
}

describe('An operation whose worker lost an answer of the database', () => {
  it('is taken up again by the worker that has claimed it without knowing', async () => {
    const engine = made();
    let times = 0;
    between(engine, async (text, answer) => {
      const result = await answer();
      if (isClaim(text) && hasTaken(result) && times++ === 0) throw lost();
      return result;
    });
    const id = await accept(watcher.database, testSaga());
    await engine.runner.start();
    expect((await untilStanding(watcher.database, id)).state).toBe('completed');
    expect(times).toBe(2);
  });

  it('is taken up again when how far it has come could not be loaded', async () => {
    const former = made();
    const engine = made();
    const effect = holdEffects();
    const id = await accept(watcher.database, testSaga());
    await former.runner.start();
    await effect.begun;
    const stopped = former.runner.stop();
    effect.release();
    await stopped;
    let times = 0;
    between(engine, (text, answer) => (isLoad(text) && times++ === 0 ? Promise.reject(lost()) : answer()));
    await engine.runner.start();
    expect((await untilStanding(watcher.database, id)).state).toBe('completed');
    expect(times).toBeGreaterThan(1);
  });

  it('is taken up by the next worker when the one that claimed it has left without knowing', async () => {
    const engine = made();
    let claimed = false;
    between(engine, async (text, answer) => {
      const result = await answer();
      if (!isClaim(text) || !hasTaken(result) || claimed) return result;
      claimed = true;
      throw lost();
    });
    const id = await accept(watcher.database, testSaga());
    await engine.runner.start();
    await until('its claim is lost', () => Promise.resolve(claimed));
    await engine.runner.stop();
    await made().runner.start();
    expect((await untilStanding(watcher.database, id)).state).toBe('completed');
  });

  it('is handed back by a worker that stops while it is just taking it', async () => {
    const engine = made();
    let taking = false;
    let go = (): void => undefined;
    const gate = new Promise<void>((resolve) => (go = resolve));
    between(engine, async (text, answer) => {
      const result = await answer();
      if (isClaim(text) && hasTaken(result) && !taking) {
        taking = true;
        await gate;
      }
      return result;
    });
    const id = await accept(watcher.database, testSaga());
    await engine.runner.start();
    await until('it is taking it', () => Promise.resolve(taking));
    const stopped = engine.runner.stop();
    go();
    await stopped;
    expect((await positionOf(watcher.database, id)).state).not.toBe('completed');
    await made().runner.start();
    expect((await untilStanding(watcher.database, id)).state).toBe('completed');
  });

  it('goes on from its own version when the list of requests comes late', async () => {
    const engine = made();
    let late = 0;
    let go = (): void => undefined;
    const gate = new Promise<void>((resolve) => (go = resolve));
    between(engine, async (text, answer) => {
      const result = await answer();
      if (text.includes('SELECT id, version, requested_verb') && result.rows.length > 0 && late++ === 0)
        await gate;
      return result;
    });
    const effect = holdEffects();
    const id = await accept(watcher.database, testSaga());
    await engine.runner.start();
    await effect.begun;
    await ask(watcher.database, id, 'cancel');
    await until('the list is read', () => Promise.resolve(late > 0));
    effect.release();
    await until('it goes back', async () => (await positionOf(watcher.database, id)).direction === 'undo');
    go();
    expect((await untilStanding(watcher.database, id)).state).toBe('cancelled');
  });
});
