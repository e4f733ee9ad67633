import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { TargetInput } from '../../src/config/targets-file.js';
import type { Conformance } from '../../src/targets/conformance/conformance.js';
import { ConformanceLab } from './lab.js';

const root = path.resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(path.join(os.tmpdir(), 'conformance-'));
let lab: ConformanceLab;
beforeAll(async () => {
  spawnSync(process.execPath, ['scripts/build.mjs'], { cwd: root, stdio: 'inherit' });
  lab = await ConformanceLab.start();
});
afterAll(async () => {
  await lab.stop();
  rmSync(folder, { recursive: true });
});
afterEach(async () => {
  lab.bend = () => undefined;
  await lab.world.control('POST', 'reset', {});
});

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The command as a site runs it, over a targets file. */
function start(
  args: string[],
  over: Partial<TargetInput> = {},
): { child: ChildProcess; ended: Promise<Ended> } {
  const file = path.join(folder, 'targets.json');
  writeFileSync(file, JSON.stringify({ targets: [lab.input(over)] }));
  const env = { ...process.env, TARGETS: file };
  const child = spawn(process.execPath, ['scripts/conformance.mjs', ...args], { cwd: root, env });
  const ended = new Promise<Ended>((resolve) => {
    let [out, err] = ['', ''];
    child.stdout.on('data', (data: Buffer) => (out += data.toString()));
    child.stderr.on('data', (data: Buffer) => (err += data.toString()));
    child.once('close', (code) => resolve({ code, out, err }));
  });
  return { child, ended };
}
const run = (args: string[], over: Partial<TargetInput> = {}): Promise<Ended> => start(args, over).ended;
const scratch = ['--target', 'lab', '--scratch'];

const conformanceNames = async (): Promise<string[]> => {
  const text = JSON.stringify(await lab.world.world());
  return [...text.matchAll(/conformance-[0-9a-f]{12}-[a-z-]+/g)].map(([name]) => name);
};

describe('the command', () => {
  it('prints a table of all facts and ends with 0 where nothing is broken', async () => {
    const { code, out, err } = await run(scratch);
    expect(err).toBe('');
    expect(code).toBe(0);
    expect(out).toMatch(
      /^held {4}objects {2}member-added: .*\n(.*\n)* +found: as the conventions have it\n +from: /m,
    );
    expect(out).toMatch(/^unknown control {2}switch-over: /m);
    expect(out.trimEnd().split('\n').at(-1)).toBe('78 held, 0 broken, 8 unknown');
  });

  it('ends with 1 and says again what is broken', async () => {
    await lab.world.switch({ errorTypeNoPermission: 77 });
    const { code, out } = await run(scratch);
    expect(code).toBe(1);
    expect(out).toMatch(/^broken: no-permission: set conventions.errorTypeNoPermission to 77/m);
  });

  it('prints one JSON document on request', async () => {
    const { code, out } = await run(['--target', 'lab', '--json']);
    const { target, facts, leftBehind } = JSON.parse(out) as Conformance;
    expect({ code, target, leftBehind }).toEqual({ code: 0, target: 'lab', leftBehind: [] });
    expect(facts.find(({ id }) => id === 'scalars')).toMatchObject({
      channel: 'objects',
      verdict: 'held',
      found: 'DBID as string',
      questions: [14],
    });
  });
});

describe('what cannot be checked ends with 2 and says what to do', () => {
  it.each([
    [[], '--target is required'],
    [['--target', 'lab', '--colour'], '--colour'],
    [['--target', 'lab', '--tenant', 'Branch'], '--tenant goes with --scratch'],
    [['--target', 'other'], 'There is no target "other"; configured: lab.'],
    [
      [...scratch, '--tenant', 'Nowhere'],
      'There is no tenant "Nowhere" at this site; seen: "Environment", "Branch".',
    ],
  ])('%j', async (args, said) => {
    const { code, err } = await run(args);
    expect(code).toBe(2);
    expect(err).toContain(said);
    expect(err).not.toContain('    at ');
  });

  const objects = (over: object) => ({ objects: { ...lab.input().objects, ...over } });
  it.each<[string, () => Partial<TargetInput>, RegExp]>([
    [
      'a site that is not there',
      () => objects({ baseUrl: 'http://127.0.0.1:9/api/v2' }),
      /channel objects cannot be used: .*ECONNREFUSED/,
    ],
    [
      'wrong credentials',
      () => objects({ password: 'wrong' }),
      /channel objects cannot be used: .*does not accept our credentials/,
    ],
    [
      'a wrong token',
      () => ({ security: { ...lab.input().security, token: 'wrong' } as TargetInput['security'] }),
      /channel security cannot be used: .*does not accept our credentials/,
    ],
    [
      'another address than that of the API',
      () => objects({ baseUrl: `${lab.url}/other` }),
      /channel objects cannot be used: .*baseUrl/,
    ],
  ])('%s', async (_, over, said) => {
    const { code, err } = await run(scratch, over());
    expect(code).toBe(2);
    expect(err).toMatch(said);
    expect(err).not.toMatch(/password|wrong|simulated-bridge/);
  });

  it('a feature that is not enabled', async () => {
    await lab.world.switch({ features: 'missing' });
    const { code, err } = await run(scratch);
    expect(code).toBe(2);
    expect(err).toMatch(/api-platform-configuration-read/);
  });

  it('settings that are not valid, all at once', async () => {
    const { code, err } = await run(scratch, { timeoutMs: 0, name: 'not a name' });
    expect(code).toBe(2);
    expect(err).toMatch(/timeoutMs[\s\S]*|name[\s\S]*/);
    expect(err).toContain('TARGETS /targets/0/timeoutMs');
    expect(err).toContain('TARGETS /targets/0/name');
  });
});

describe('the site is left as it was found', () => {
  it('where the user may only read: the missing right is named', async () => {
    const before = await lab.world.world();
    const { code, out } = await run(scratch, {
      objects: { ...lab.input().objects, username: 'observer', password: 'observer' },
    });
    expect(code).toBe(1);
    expect(out).toMatch(/^broken: group-created: .*lacks a right: Create on the folder/m);
    expect(await lab.world.world()).toEqual(before);
  });

  it('where the answer to a new object is lost', async () => {
    const before = await lab.world.world();
    await lab.world.fault({ kind: 'reset-after' }, { method: 'POST', path: 'persons' }, 1);
    const { out } = await run(scratch);
    expect(out).toMatch(/^unknown objects {2}person-created/m);
    expect(await lab.world.world()).toEqual(before);
  });

  it('when it is interrupted while objects of its own stand', async () => {
    const before = await lab.world.world();
    const { child, ended } = start(scratch);
    // The person is made after groups, and before lists and accounts: here, something of each sort is still to come.
    lab.bend = async (request) => {
      if (request.method === 'POST' && request.path.endsWith('/persons') && !child.killed) {
        expect((await conformanceNames()).length).toBeGreaterThan(0);
        child.kill('SIGINT');
      }
      return undefined;
    };
    const { code, out, err } = await ended;
    expect(code).toBe(130);
    expect(err).toContain('Interrupted: removing what was made.');
    expect(out).toMatch(/not asked: interrupted/);
    expect(out).toMatch(/\(interrupted\)$/m);
    expect(await lab.world.world()).toEqual(before);
  });

  it('or names what it could not remove, and the next run names it again', async () => {
    const id = await lab.world.fault(
      { kind: 'status', status: 500 },
      { method: 'DELETE', path: 'applications' },
      null,
    );
    const { code, out } = await run(scratch);
    await lab.world.control('DELETE', `faults/${id}`);
    const names = [...new Set(await conformanceNames())].filter((name) => name.endsWith('server'));
    expect(code).toBe(1);
    expect(names).toHaveLength(1);
    expect(out).toMatch(
      new RegExp(`^left behind: application "${names[0]!}" \\(DBID \\d+\\): HTTP 500`, 'm'),
    );
    const next = await run(['--target', 'lab']);
    expect(next.code).toBe(1);
    expect(next.out).toMatch(new RegExp(`^broken: nothing-left: application "${names[0]!}"`, 'm'));
  });
});
