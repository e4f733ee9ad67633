/* eslint-disable @typescript-eslint/no-unsafe-member-access -- answers are looked at as JSON */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bigTenant } from '../../src/simulator/big-tenant.js';
import { TestWorld } from './world.js';

let world: TestWorld;
beforeAll(async () => {
  world = await TestWorld.start({ seed: bigTenant({ businessProcesses: 300, solutions: 12, agents: 40 }) });
});
afterAll(() => world.stop());

it('has as many Business Processes, servers and persons as was asked for', async () => {
  const processes = await world.config('GET', 'scripts?tenant_dbid=1&script_type=28');
  expect(processes.json.scripts).toHaveLength(300);
  const servers = await world.config('GET', 'applications?app_type=111');
  expect(servers.json.applications).toHaveLength(24);
  const agents = await world.config('GET', 'persons?is_agent=2');
  expect(agents.json.persons).toHaveLength(40);
});

it('has set up all solutions but the first: each of their servers sees its own Business Processes and no other', async () => {
  const { servers } = await world.world();
  const sees = (name: string): string[] => servers.find((server) => server.name === name)!.sees;
  expect(sees('IxnServer_0001')).toHaveLength(300);
  const others = Array.from({ length: 11 }, (_, i) => sees(`IxnServer_${String(i + 2).padStart(4, '0')}`));
  for (const own of others) expect([24, 25]).toContain(own.length);
  const all = others.flat();
  expect(new Set(all).size, 'none is seen by two of them').toBe(all.length);
  expect(all, 'a tenth is the first solution’s').toHaveLength(270);
  expect(sees('IxnServer_0002_B')).toEqual(sees('IxnServer_0002'));
});

it('runs every server under an account that it can start with', async () => {
  const dbid = await world.dbid('applications', 'IxnServer_0007');
  await world.bridge('POST', `applications/${dbid}/stop`, { graceful: true });
  await world.untilStatus(dbid, 1);
  await world.bridge('POST', `applications/${dbid}/start`, {});
  await world.untilStatus(dbid, 6);
});

it('is another seed of a reset, by its sizes', async () => {
  await world.control('POST', 'reset', {
    bigTenant: { businessProcesses: 7, solutions: 2, setUp: 0, agents: 0 },
  });
  const { servers, objects } = await world.world();
  const reading = servers.filter((server) => server.sees.length > 0);
  expect(reading.map((server) => [server.name, server.sees.length]).sort()).toEqual([
    ['IxnServer_0001', 7],
    ['IxnServer_0001_B', 7],
    ['IxnServer_0002', 7],
    ['IxnServer_0002_B', 7],
  ]);
  expect(objects.filter((object) => object.name.endsWith('-account'))).toEqual([]);
});
