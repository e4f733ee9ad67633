/* eslint-disable @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-call --
   answers are looked at as JSON, member by member: no type of ours stands between the wire and the expectation */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import path from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MemoryStore, PostgresStore, startSimulator } from '../../src/simulator/simulator.js';
import type { TestDatabase } from '../support/postgres.js';
import { emptyDatabase } from '../support/postgres.js';
import { TestWorld } from './world.js';

let database: TestDatabase;
beforeEach(async () => {
  database = await emptyDatabase();
});
afterEach(() => database.drop());

const start = (options = {}) =>
  TestWorld.start({ store: new PostgresStore(database.url, 'simulator'), ...options });

/** One statement on a connection of its own. */
async function query(sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('a world kept in PostgreSQL', () => {
  it('is the same after a restart, with its log, its switches and its next DBIDs', async () => {
    const first = await start();
    const gone = await first.createGroup('gone');
    await first.config('DELETE', `access-groups/${gone}`);
    const group = await first.createGroup('g');
    const person = await first.createPerson('p');
    await first.addMember(group, person);
    await first.grant(12, await first.dbid('scripts', 'Retail Inbound'), 21, group, 9);
    await first.switch({ csrfRefusal: 'json' });
    const [world, log] = [await first.world(), await first.log()];
    await first.stop();

    const second = await start();
    expect(await second.world()).toEqual(world);
    expect(await second.log()).toEqual(log);
    expect((await second.control('GET', 'switches')).csrfRefusal).toBe('json');
    expect(await second.createGroup('h')).toBe(group + 1);
    expect((await second.log()).at(-1)?.seq).toBe(log.length + 1);
    await second.stop();
  });

  it('has the effect and its log line in one transaction, before the answer', async () => {
    const world = await start();
    await query(
      `create function simulator.refuse() returns trigger language plpgsql as $$ begin raise 'no log'; end $$`,
    );
    await query(
      'create trigger refuse before insert on simulator.effect for each row execute function simulator.refuse()',
    );
    const before = await world.world();
    const refused = await world.config('POST', 'skills', { skill: { name: 'x', tenantDBID: '1' } });
    expect(refused.status).toBe(503);
    await query('drop trigger refuse on simulator.effect');
    expect((await world.config('GET', 'skills')).json.skills).toEqual([]);
    expect(await world.world()).toEqual(before);
    await world.config('POST', 'skills', { skill: { name: 'x', tenantDBID: '1' } });
    const rows = await query(`select line->>'effect' as effect from simulator.effect order by seq`);
    expect(rows).toEqual([{ effect: 'create' }]);
    await world.stop();
  });

  it('carries out after a restart what a server was about to become', async () => {
    const first = await start({ shutdownMs: 400 });
    const claims = await first.application('IxnServer_Claims');
    await first.bridge('POST', `applications/${claims}/stop`, { graceful: true });
    await first.stop();
    const second = await start();
    await second.untilStatus(claims, 1);
    expect((await second.log()).map((l) => [l.actor, l.effect])).toEqual([
      ['bridge', 'stop'],
      ['self', 'status'],
    ]);
    await second.stop();
  });

  it('outlives a lost connection to its database', async () => {
    const world = await start();
    const before = await world.world();
    await query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'simulator' and datname = current_database()`,
    );
    await world.until(
      'the next effect',
      async () =>
        (await world.config('POST', 'skills', { skill: { name: 'x', tenantDBID: '1' } })).status === 200,
    );
    await world.config('DELETE', `skills/${await world.dbid('skills', 'x')}`);
    expect(await world.world()).toEqual(before);
    await world.stop();
  });

  it('belongs to one simulator at a time', async () => {
    const world = await start();
    await expect(startSimulator({ store: new PostgresStore(database.url, 'simulator') })).rejects.toThrow(
      'another simulator',
    );
    await world.stop();
  });

  it('goes back to the seed, and its log to the beginning, by a reset', async () => {
    const world = await start();
    const seed = await world.world();
    await world.createGroup('g');
    await world.control('POST', 'reset', {});
    await world.stop();
    const again = await start();
    expect(await again.world()).toEqual(seed);
    expect(await again.log()).toEqual([]);
    await again.stop();
  });
});

describe('a world in memory', () => {
  it('drops the oldest lines of its log beyond the limit, and keeps their numbers', async () => {
    const world = await TestWorld.start({ store: new MemoryStore(10) });
    for (let i = 1; i <= 12; i += 1) await world.createGroup(`g${i}`);
    const lines = await world.log();
    expect(lines.length).toBeLessThanOrEqual(10);
    expect(lines.at(-1)).toMatchObject({ seq: 12, object: { name: 'g12' } });
    expect((await world.control('GET', 'log?after=11')).lines.map((l: { seq: number }) => l.seq)).toEqual([
      12,
    ]);
    await world.stop();
  });
});

describe('the simulator as a process', () => {
  const main = path.resolve('dist/src/simulator/main.js');
  const launch = async (...options: string[]) => {
    const child = spawn(process.execPath, [main, '--port', '0', ...options], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    return { child, url: /^ready (http:\/\/127\.0\.0\.1:\d+)$/.exec(line)?.[1] ?? line };
  };

  it('prints one line when it serves, and has after kill -9 what it answered before', async () => {
    const options = [
      '--database-url',
      database.url,
      '--schema',
      'sim',
      '--startup-ms',
      '20',
      '--shutdown-ms',
      '20',
    ];
    const first = await launch(...options);
    const bearer = { authorization: 'Bearer simulated-bridge', 'content-type': 'application/json' };
    const put = await fetch(`${first.url}/bridge/v1/account/107`, {
      method: 'PUT',
      headers: bearer,
      body: '{"accountType":3,"accountDbid":101}',
    });
    expect(put.status).toBe(200);
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    const second = await launch(...options);
    const account = await fetch(`${second.url}/bridge/v1/account/107`, { headers: bearer });
    expect(await account.json()).toEqual({ accountType: 3, accountDbid: 101 });
    second.child.kill('SIGTERM');
    expect((await once(second.child, 'exit'))[0]).toBe(0);
  });
});
