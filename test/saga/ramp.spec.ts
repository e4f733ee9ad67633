import { afterEach, beforeEach, expect, it } from 'vitest';
import { Halts } from '../../src/saga/halts.js';
import type { Saga } from '../../src/saga/saga.js';
import type { TestDatabase } from '../support/postgres.js';
import { freshDatabase } from '../support/postgres.js';
import type { Engine } from './engine.js';
import { acceptMany, makeEngine, until } from './engine.js';
import { ListStep, MemoryTarget, setting } from './memory-target.js';

/** After a pause of the service: so much of a hand. */
class Ramp extends Halts {
  part = 0.01;
  override of(): null {
    return null;
  }
  override ofService(): null {
    return null;
  }
  override onChange(): () => void {
    return () => undefined;
  }
  override share(): number {
    return this.part;
  }
}

const saga = { kind: 'onboarding', steps: [new ListStep('make', [setting('one')])] } as unknown as Saga;
let test: TestDatabase;
let target: MemoryTarget;
let ramp: Ramp;
let engine: Engine;

beforeEach(async () => {
  test = await freshDatabase();
  target = new MemoryTarget();
  ramp = new Ramp();
  engine = makeEngine(test.url, saga, target, { halts: ramp, capacity: 100 });
});
afterEach(async () => {
  await engine.runner.stop();
  await engine.close();
  await test.drop();
});

const count = async (condition: string): Promise<number> =>
  (await engine.database.query<{ n: number }>(`SELECT count(*)::int AS n FROM operation WHERE ${condition}`))
    .rows[0]?.n ?? 0;

it('after a pause of the service a little is taken at once, what has begun first, and then more and more', async () => {
  let answer = (): void => undefined;
  const answered = new Promise<void>((resolve) => (answer = resolve));
  target.before = () => answered;
  await acceptMany(engine.database, saga, 200);
  await acceptMany(engine.database, saga, 3, 'zz');
  await engine.database.query(
    `UPDATE operation SET state = 'running', started_at = now() WHERE tenant = 'zz'`,
  );
  ramp.part = 0.03;
  await engine.runner.start();
  await until('three are in hand', async () => (await count('owner IS NOT NULL')) === 3);
  expect(await count(`owner IS NOT NULL AND tenant = 'zz'`)).toBe(3);
  ramp.part = 0.2;
  await until('twenty are in hand', async () => (await count('owner IS NOT NULL')) === 20);
  ramp.part = 1;
  await until('a hundred are in hand', async () => (await count('owner IS NOT NULL')) === 100);
  answer();
  await until('all have ended', async () => (await count('ended_at IS NULL')) === 0);
});
