import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bigTenant } from '../../src/simulator/big-tenant.js';
import type { Simulator } from '../../src/simulator/simulator.js';
import { startSimulator } from '../../src/simulator/simulator.js';
import { ServiceProcess } from '../crash/service-process.js';
import { targetConfig } from '../onboarding/lab.js';
import { freshDatabase, type TestDatabase } from '../support/postgres.js';
import { startStub } from '../targets/stub-server.js';

const root = path.resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(path.join(os.tmpdir(), 'bulk-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The command as an operator runs it. @param onOutput sees all that was printed so far */
function run(
  text: string,
  {
    name = 'solutions.json',
    url = 'http://127.0.0.1:9',
    args = [] as string[],
    env = {} as Record<string, string>,
  },
  onOutput: (out: string, child: ChildProcess) => void = () => undefined,
): Promise<Ended> {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  const child = spawn(process.execPath, ['scripts/onboard.mjs', '--file', file, '--url', url, ...args], {
    cwd: root,
    env: { ...process.env, ...env },
  });
  return new Promise((resolve) => {
    let [out, err] = ['', ''];
    child.stdout.on('data', (data: Buffer) => {
      out += data.toString();
      onOutput(out, child);
    });
    child.stderr.on('data', (data: Buffer) => (err += data.toString()));
    child.once('close', (code) => resolve({ code, out, err }));
  });
}

const header = 'tenant,key,interactionServer,businessProcesses';

describe('a file that is not valid sends nothing and names every bad line', () => {
  const cases: [string, string, string, RegExp[]][] = [
    ['JSON that is broken', 'a.json', '[\n  {"tenant": "T",\n  oops}\n]', [/line 3: this is not JSON/]],
    [
      'JSON with a word that is none',
      'a.json',
      '[\n  {"tenant": "T"},\n  {"tenant": oops}\n]',
      [/line 3: this is not JSON from column 14 on: expected a value/],
    ],
    [
      'JSON with a member that stands twice',
      'a.json',
      '[\n  {"tenant": "T",\n   "key": "a", "key": "b"}\n]',
      [/line 2: \/key stands twice/],
    ],
    ['JSON that is no list', 'a.json', '{"tenant":"T"}', [/line 1: expected a list/]],
    ['nothing', 'a.json', '[]', [/line 1: there is no solution/]],
    [
      'a CSV with an unknown column',
      'a.csv',
      `${header},colour\n`,
      [/line 1: "colour" is not a known column\. Known are "target", "tenant"/],
    ],
    [
      'a CSV with misspelt columns',
      'a.csv',
      'tenent,key,interactionserver,busnessProcesses\n',
      [
        /"tenent" is not a known column\. Did you mean "tenant"\?/,
        /"interactionserver" is not a known column\. Did you mean "interactionServer"\?/,
        /"busnessProcesses" is not a known column\. Did you mean "businessProcesses"\?/,
      ],
    ],
    [
      'JSON with a misspelt member',
      'a.json',
      '[{"tenant":"T","key":"k","interactionServer":"S","busnessProcesses":["A"]}]',
      [/line 1: \/busnessProcesses is not a known member\. Did you mean "businessProcesses"\?/],
    ],
    ['a CSV with an open quote', 'a.csv', `${header}\nT,k,S,"A\n`, [/line 2: a quote is not closed/]],
    [
      'a CSV with too few cells',
      'a.csv',
      `${header}\nT,k\n`,
      [/line 2: has 2 cells, and there are 4 columns/],
    ],
    [
      'faults of several lines, all at once',
      'a.csv',
      `${header},accessGroup.accessMask,requireApproval\r\nT,Bad Key,S,A,,\r\n"T\r\n2",k,S2,B,x,\r\nT,k3,,C,8,maybe\r\n`,
      [
        /line 2: \/key must be/,
        /line 3: accessGroup.accessMask: expected a whole number/,
        /line 5: requireApproval: expected true or false/,
        /line 5: \/interactionServer/,
        /line 5: \/accessGroup\/accessMask must include 9/,
      ],
    ],
    [
      'members without behaviour, or of one run only',
      'a.json',
      JSON.stringify([
        {
          tenant: 'T',
          key: 'a',
          interactionServer: 'S',
          businessProcesses: ['A'],
          callback: { url: 'https://x.example' },
        },
        {
          tenant: 'T',
          key: 'b',
          interactionServer: 'R',
          businessProcesses: ['B'],
          planId: '01a207ce-9302-77bb-8189-c971baf0c802',
        },
      ]),
      [/line 1: \/callback is not supported yet/, /line 1: \/planId is not for a file/],
    ],
    [
      'conflicts between lines',
      'a.json',
      `[\n${[
        { tenant: 'T', key: 'a', interactionServer: 'S', businessProcesses: ['A', 'B'] },
        { tenant: 'T', key: 'a', interactionServer: 'S2', businessProcesses: ['C'], target: 'lab' },
        {
          tenant: 'T',
          key: 'c',
          interactionServer: 'S',
          businessProcesses: ['B'],
          accessGroup: { name: 'a-account' },
        },
        {
          tenant: 'U',
          key: 'd',
          interactionServer: 'S4',
          businessProcesses: ['A'],
          person: { userName: 'X', employeeId: 'Y' },
        },
        {
          tenant: 'T',
          key: 'e',
          interactionServer: 'S5',
          businessProcesses: ['E'],
          person: { userName: 'X', employeeId: 'Y' },
        },
      ]
        .map((one) => JSON.stringify(one))
        .join(',\n')}\n]`,
      [
        /line 3: key "a" is that of line 2 too/,
        /line 3: access group "a-account" is that of line 2 too/,
        /line 4: Interaction Server "S" is that of line 2 too/,
        /line 4: Business Process "B" is that of line 2 too/,
        /line 6: user name "X" is that of line 5 too/,
        /line 6: employee id "Y" is that of line 5 too/,
      ],
    ],
  ];
  it.each(cases)('%s', async (_, name, text, said) => {
    const service = await startStub((_request, response) => response.end('{}'));
    const { code, err, out } = await run(text, { name, url: service.url });
    await service.stop();
    expect(code).toBe(2);
    expect(out).toBe('');
    for (const one of said) expect(err).toMatch(one);
    expect(err).toContain('is not valid; nothing was sent');
    expect(service.requests).toEqual([]);
  });

  it('a file that is not there, or is a folder, is said to be so, and no line of it is', async () => {
    for (const [file, why] of [
      ['/no/such/solutions.csv', 'there is no such file'],
      [folder, 'this is a folder'],
    ] as const) {
      const { code, err } = await run('', { args: ['--file', file] });
      expect(code).toBe(2);
      expect(err).toMatch(new RegExp(`^${file}: ${why}.*Nothing was sent`));
      expect(err).not.toMatch(/line 1|ENOENT|EISDIR/);
    }
    const { code, err } = await run('[]', { args: ['--api-key-file', '/no/such/key'] });
    expect([code, err]).toEqual([
      2,
      expect.stringMatching(/^\/no\/such\/key: there is no such file.*--api-key-file/),
    ]);
  });

  it('a file in another encoding', async () => {
    writeFileSync(path.join(folder, 'latin.csv'), Buffer.from(`${header}\nT\xfc,k,S,A\n`, 'latin1'));
    const args = ['--file', path.join(folder, 'latin.csv')];
    expect(await run('', { args })).toMatchObject({
      code: 2,
      err: expect.stringContaining('not UTF-8') as string,
    });
  });
});

describe('arguments and the service', () => {
  const one = JSON.stringify([{ tenant: 'T', key: 'a', interactionServer: 'S', businessProcesses: ['A'] }]);
  it.each([
    [['--at-once', '0'], '--at-once is a whole number from 1 to 100'],
    [['--url', 'ftp://x'], '"ftp://x" is no http or https URL'],
    [['--colour'], '--colour'],
  ])('%j is refused with the usage', async (args, said) => {
    const { code, err } = await run(one, { args });
    expect(code).toBe(2);
    expect(err).toContain(said);
    expect(err).toContain('usage: npm run onboard');
  });

  it('sends the API key, and ends with 2 where it is refused', async () => {
    const problem = JSON.stringify({ status: 401, code: 'unauthenticated', detail: 'The key is not known.' });
    const service = await startStub((_request, response) => response.writeHead(401).end(problem));
    const { code, err } = await run(one, { url: service.url, env: { ONBOARDING_API_KEY: 'k-123' } });
    await service.stop();
    expect(code).toBe(2);
    expect(err).toContain('401 unauthenticated: The key is not known.');
    expect(err).not.toContain('k-123');
    expect(service.requests[0]?.headers.authorization).toBe('Bearer k-123');
  });
});

describe('over a running service', () => {
  let simulator: Simulator;
  let database: TestDatabase;
  let service: ServiceProcess;
  const count = 8;
  const solutions = Array.from({ length: count }, (_, i) => {
    const number = String(i + 1).padStart(4, '0');
    return {
      tenant: 'Environment',
      key: `bulk-${number}`,
      interactionServer: `IxnServer_${number}`,
      businessProcesses: [`Business Process ${String(100 - i).padStart(5, '0')}`],
    };
  });
  const asJson = (list: object[]): string => `[\n${list.map((each) => JSON.stringify(each)).join(',\n')}\n]`;
  const accessGroups = async (): Promise<number> => {
    const world = await (await fetch(`${simulator.url}/simulator/world`)).text();
    return new Set(world.match(/bulk-\d{4}-account/g) ?? []).size;
  };

  beforeAll(async () => {
    simulator = await startSimulator({
      startupMs: 20,
      shutdownMs: 20,
      seed: bigTenant({ businessProcesses: 100, solutions: count + 2, setUp: 0, agents: 0 }),
    });
    database = await freshDatabase();
    const config = targetConfig(simulator, { timeoutMs: 5_000, lateMs: 100, settleMs: 20 });
    const file = path.join(folder, 'targets.json');
    writeFileSync(file, JSON.stringify({ targets: [config] }));
    service = await ServiceProcess.start({ TARGETS: file, DATABASE_URL: database.url });
  });
  afterAll(async () => {
    await service.end('SIGTERM');
    await simulator.stop();
    await database.drop();
  });

  it('plans all and changes nothing', async () => {
    const { code, out, err } = await run(asJson(solutions), { url: service.url, args: ['--plan'] });
    expect(err).toBe('');
    expect(out).toMatch(new RegExp(`^planned: ${count} solutions, \\d+ actions, 0 with errors$`, 'm'));
    expect(code).toBe(0);
    expect(await accessGroups()).toBe(0);
  });

  it('begins nothing where one line cannot be planned, or two lines change one server', async () => {
    const wrong = { ...solutions[1], interactionServer: 'No such server' };
    const backup = { ...solutions[2], interactionServer: 'IxnServer_0001_B' };
    const { code, out } = await run(asJson([solutions[0]!, wrong, backup]), { url: service.url });
    expect(code).toBe(1);
    expect(out).toMatch(/^line 3 bulk-0002: error unknown-interaction-server/m);
    expect(out).toMatch(/^line 4 bulk-0003: error /m);
    expect(out).toContain('Nothing was begun');
    expect(await accessGroups()).toBe(0);
  });

  it('killed in the middle and run again, each line is onboarded once, and a third run finds all there', async () => {
    const args = ['--at-once', '2'];
    const killed = await run(asJson(solutions), { url: service.url, args }, (out, child) => {
      if (/\d\/8 {2}line \d+ bulk-\d+: completed/.test(out)) child.kill('SIGKILL');
    });
    expect(killed.code).toBeNull();
    const second = await run(asJson(solutions), { url: service.url, args });
    expect(second.out).toMatch(/^onboarded: 8 completed of 8$/m);
    expect(second.code).toBe(0);
    // Written on one line, and each of them is told from the others all the same.
    const third = await run(JSON.stringify(solutions), { url: service.url, args });
    expect(third.out).toMatch(/^onboarded: 8 completed of 8$/m);
    const { items } = (await (await fetch(`${service.url}/v1/operations?limit=100`)).json()) as {
      items: object[];
    };
    expect(items).toHaveLength(count);
    expect(await accessGroups()).toBe(count);
  });

  it('says what has failed, tries it again when it is run again, and does not when that has completed', async () => {
    const spare = {
      tenant: 'Environment',
      key: 'bulk-0009',
      interactionServer: 'IxnServer_0009',
      businessProcesses: ['Business Process 00050'],
    };
    const refuse = {
      match: { method: 'POST', path: 'persons' },
      fault: { kind: 'refuse', errorType: 199 },
      times: 1,
    };
    await fetch(`${simulator.url}/simulator/faults`, { method: 'POST', body: JSON.stringify(refuse) });
    const failed = await run(asJson([spare]), { url: service.url });
    expect(failed.out).toMatch(/1\/1 {2}line 2 bulk-0009: failed: .*error type 199/);
    expect(failed.out).toMatch(/^onboarded: 1 failed of 1$/m);
    expect(failed.code).toBe(1);
    for (const _ of ['again', 'once more']) {
      const { code, out } = await run(asJson([spare]), { url: service.url });
      expect(out).toMatch(/^onboarded: 1 completed of 1$/m);
      expect(code).toBe(0);
    }
    const { items } = (await (await fetch(`${service.url}/v1/operations?limit=100`)).json()) as {
      items: object[];
    };
    expect(items).toHaveLength(count + 2);
  });

  it('takes over what was set up by hand where its line says so, and begins nothing where it does not', async () => {
    const control = async (method: string, at: string, body?: unknown): Promise<unknown> => {
      const sent = body === undefined ? {} : { body: JSON.stringify(body) };
      const answer = await fetch(`${simulator.url}/simulator${at}`, { method, ...sent });
      expect(answer.status).toBe(200);
      return answer.json();
    };
    const [name, businessProcess] = ['bulk-0010-account', 'Business Process 00040'];
    const account = { type: 21, name };
    const annex = { notes: { owner: 'Ana Miller' } };
    await control('POST', '/change', {
      create: { type: 21, attributes: { name, tenantDBID: '1', type: '1' }, annex },
    });
    await control('POST', '/change', {
      acl: { object: { type: 12, name: businessProcess }, account, accessMask: 9 },
    });
    const { next } = (await control('GET', '/log')) as { next: number };
    const csv = (onExisting: string): string =>
      `${header},onExisting\nEnvironment,bulk-0010,IxnServer_0010,${businessProcess},${onExisting}\n`;
    const ours = async () => {
      const { lines } = (await control('GET', `/log?limit=1000&after=${next}`)) as {
        lines: { actor: string; effect: string; object: { name: string }; after: object }[];
      };
      return lines.filter(
        ({ actor, object }) => actor !== 'self' && [name, businessProcess].includes(object.name),
      );
    };

    const refused = await run(csv(''), { name: 'hand.csv', url: service.url });
    expect(refused.out).toMatch(/^line 2 bulk-0010: error name-taken: .*onExisting "adopt"/m);
    expect(refused.code).toBe(1);
    expect(await ours()).toEqual([]);

    const adopted = await run(csv('adopt'), { name: 'hand.csv', url: service.url });
    expect(adopted.out).toMatch(/^onboarded: 1 completed of 1$/m);
    expect(adopted.code).toBe(0);
    // Marked and given its member; neither made nor given an entry that it has.
    expect((await ours()).map(({ effect, object }) => [effect, object.name])).toEqual([
      ['update', name],
      ['update', name],
    ]);
    expect((await ours())[0]?.after).toMatchObject({
      userProperties: { ...annex, 'solution-onboarding': { adopted: 'true' } },
    });
  });

  it('stops at Ctrl-C with 130, and says that the service goes on', async () => {
    const { code, out } = await run(asJson(solutions), { url: service.url }, (_, child) =>
      child.kill('SIGINT'),
    );
    expect(out).toContain('Interrupted: what was begun goes on in the service');
    expect(code).toBe(130);
  });
});
