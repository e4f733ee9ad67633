import pg from 'pg';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { PgWake } from '../../src/database/pg-wake.js';
import { freshDatabase, type TestDatabase } from '../support/postgres.js';

let fresh: TestDatabase;
let one: PgWake;
let other: PgWake;
let admin: pg.Client;

beforeEach(async () => {
  fresh = await freshDatabase();
  admin = new pg.Client({ connectionString: fresh.url });
  await admin.connect();
  [one, other] = [new PgWake(fresh.url), new PgWake(fresh.url)];
  await Promise.all([one.start(), other.start()]);
});

afterEach(async () => {
  await Promise.all([one.stop(), other.stop(), admin.end()]);
  await fresh.drop();
});

it('calls listeners of its own process at once and those of others soon, each on its channel only', async () => {
  const heard: string[] = [];
  one.on('operation', () => heard.push('one'));
  other.on('operation', () => heard.push('other'));
  other.on('feed', () => heard.push('feed'));
  one.notify('operation');
  expect(heard).toEqual(['one']);
  await vi.waitFor(() => expect(heard).toEqual(['one', 'other']));
});

it('makes one NOTIFY of a thousand wake-ups and does not hear its own', async () => {
  await admin.query('LISTEN solution_onboarding_event');
  let sent = 0;
  admin.on('notification', () => sent++);
  let heard = 0;
  one.on('event', () => heard++);
  for (let i = 0; i < 1_000; i++) one.notify('event');
  await vi.waitFor(() => expect(sent).toBe(1));
  other.notify('event');
  await vi.waitFor(() => expect(heard).toBe(1_001));
});

it('listens again after its session was lost, and tells everybody to look', async () => {
  let heard = 0;
  one.on('feed', () => heard++);
  await admin.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'solution-onboarding wake' AND datname = current_database()`,
  );
  await vi.waitFor(() => expect([one.connected, other.connected]).toEqual([false, false]));
  await vi.waitFor(() => expect([one.connected, other.connected, heard]).toEqual([true, true, 1]), {
    timeout: 10_000,
  });
  other.notify('feed');
  await vi.waitFor(() => expect(heard).toBe(2));
});

it('takes a listener away', () => {
  let heard = 0;
  const off = one.on('feed', () => heard++);
  off();
  one.notify('feed');
  expect(heard).toBe(0);
});
