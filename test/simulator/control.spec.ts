/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-return, @typescript-eslint/no-unsafe-call --
   answers are looked at as JSON, member by member: no type of ours stands between the wire and the expectation */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestWorld } from './world.js';

let world: TestWorld;
beforeAll(async () => {
  world = await TestWorld.start();
});
afterAll(() => world.stop());
beforeEach(() => world.control('POST', 'reset', {}));

const skill = (name: string) => ({ skill: { name, tenantDBID: '1' } });
const create = (name: string) => world.config('POST', 'skills', skill(name));
const skills = async (): Promise<string[]> =>
  (await world.config('GET', 'skills')).json.skills.map((s: { name: string }) => s.name);
const onSkills = { method: 'POST', path: '/skills$' };

describe('faults', () => {
  it('a connection dropped before the effect leaves no line in the log, dropped after it the line is there', async () => {
    await world.fault({ kind: 'reset-before' }, onSkills);
    await expect(create('lost')).rejects.toThrow();
    expect(await world.log()).toEqual([]);
    await world.fault({ kind: 'reset-after' }, onSkills);
    await expect(create('kept')).rejects.toThrow();
    expect((await world.log()).map((l) => [l.effect, l.object.name, l.actor])).toEqual([
      ['create', 'kept', 'gws:onboarding'],
    ]);
    expect(await skills()).toEqual(['kept']);
  });

  it('a status before the effect prevents it, after the effect it hides it', async () => {
    await world.fault({ kind: 'status', status: 500 }, onSkills);
    const before = await create('a');
    expect([before.status, before.json]).toEqual([500, null]);
    await world.fault({ kind: 'status', status: 502, when: 'after' }, onSkills);
    expect((await create('b')).status).toBe(502);
    expect(await skills()).toEqual(['b']);
  });

  it('asks to come back later with 429 and 503', async () => {
    await world.fault({ kind: 'status', status: 429, retryAfterSeconds: 7 }, onSkills);
    await world.fault({ kind: 'status', status: 503 }, { path: '/bridge/' });
    const [throttled, down] = [await create('a'), await world.bridge('GET', 'health')];
    expect([throttled.status, throttled.headers.get('retry-after')]).toEqual([429, '7']);
    expect([down.status, down.headers.get('retry-after')]).toEqual([503, '1']);
  });

  it('nonsense after the effect is not JSON and the effect stands', async () => {
    await world.fault({ kind: 'nonsense', when: 'after' }, onSkills);
    const answer = await create('a');
    expect([answer.status, answer.json]).toEqual([200, null]);
    expect(await skills()).toEqual(['a']);
  });

  it('hits only what it matches, as often as it says, and counts', async () => {
    await world.fault({ kind: 'status', status: 500 }, { object: 'Special "one"' }, 2);
    expect((await create('ordinary')).status).toBe(200);
    const statuses: number[] = [];
    for (let i = 0; i < 3; i += 1)
      statuses.push(
        (await world.config('GET', `skills?name=${encodeURIComponent('"Special "one""')}`)).status,
      );
    expect(statuses).toEqual([500, 500, 200]);
    const { faults } = await world.control('GET', 'faults');
    expect(faults).toMatchObject([{ matched: 2, remaining: 0 }]);
  });

  it('a held call waits before or after its effect until it is let go, and the control address answers meanwhile', async () => {
    const before = await world.fault({ kind: 'hold' }, onSkills);
    const first = create('a');
    await world.until('held', async () => (await world.control('GET', 'faults')).faults[0].waiting === 1);
    expect(await world.log()).toEqual([]);
    await world.control('DELETE', `faults/${before}`);
    expect((await first).status).toBe(200);

    const after = await world.fault({ kind: 'hold', when: 'after' }, onSkills);
    const second = create('b');
    await world.until('held', async () => (await world.control('GET', 'faults')).faults[0].waiting === 1);
    expect((await world.log()).map((l) => l.object.name)).toEqual(['a', 'b']);
    await world.control('DELETE', `faults/${after}`);
    expect((await second).status).toBe(200);
  });

  it('a call that was held lands even when its caller has gone: nothing on the platform fences it', async () => {
    const id = await world.fault({ kind: 'hold' }, onSkills);
    const gone = new AbortController();
    await world.openSession();
    const call = fetch(`${world.simulator.gwsUrl}/platform/configuration/skills`, {
      method: 'POST',
      signal: gone.signal,
      headers: {
        authorization: world.basic(),
        cookie: world.cookie,
        'x-csrf-token': world.csrf,
        'content-type': 'application/json',
      },
      body: JSON.stringify(skill('late')),
    });
    await world.until('held', async () => (await world.control('GET', 'faults')).faults[0].waiting === 1);
    gone.abort();
    await expect(call).rejects.toThrow();
    await world.control('DELETE', `faults/${id}`);
    await world.until('the late effect', async () => (await world.log()).length === 1);
  });

  it('changes something behind our back right before the effect', async () => {
    const script = await world.dbid('scripts', 'Retail Inbound');
    const change = {
      acl: { object: { type: 12, dbid: script }, account: { type: 21, dbid: 97 }, accessMask: 1 },
    };
    await world.fault({ kind: 'change-behind', change }, { method: 'PUT', path: '/acl/' });
    const { headers } = await world.bridge('GET', `acl/12/${script}`);
    const put = await world.bridge(
      'PUT',
      `acl/12/${script}`,
      { entries: [] },
      { 'if-match': headers.get('etag') ?? '' },
    );
    expect(put.status).toBe(412);
    expect((await world.log()).map((l) => [l.actor, l.effect])).toEqual([['behind', 'acl']]);
  });

  it('refuses with any error of the platform, in the words of each door', async () => {
    await world.fault(
      { kind: 'refuse', errorType: 33, objectType: 13, objectProperty: 89, message: 'No' },
      onSkills,
    );
    await world.fault({ kind: 'refuse', errorType: 33, scsError: 8 }, { path: '/stop$' });
    expect((await create('a')).json).toEqual({
      statusCode: 4,
      statusMessage: 'Platform exception: No',
      platformCode: (89 << 16) | (13 << 8) | 33,
    });
    const stop = await world.bridge(
      'POST',
      `applications/${await world.application('IxnServer_Claims')}/stop`,
      { graceful: true },
    );
    expect([stop.status, stop.json.scsError]).toEqual([409, 8]);
    expect(await world.log()).toEqual([]);
  });

  it('a platform that is down drops every connection until the fault is removed; the control address stays', async () => {
    const id = await world.fault({ kind: 'down' });
    await expect(create('a')).rejects.toThrow();
    await expect(world.bridge('GET', 'health')).rejects.toThrow();
    expect(await world.log()).toEqual([]);
    await world.control('DELETE', `faults/${id}`);
    expect((await create('a')).status).toBe(200);
  });

  it('a delay after the effect keeps the answer back, not the effect', async () => {
    await world.fault({ kind: 'delay', ms: 300, when: 'after' }, onSkills);
    const began = Date.now();
    const call = create('a');
    await world.until('the effect', async () => (await world.log()).length === 1);
    await call;
    expect(Date.now() - began).toBeGreaterThanOrEqual(290);
  });
});

describe('the control address', () => {
  it('shows two worlds as equal exactly when everything that matters is as it was', async () => {
    const before = await world.world();
    const group = await world.createGroup('g');
    const script = await world.dbid('scripts', 'Retail Inbound');
    const acl = (await world.bridge('GET', `acl/12/${script}`)).json.entries;
    await world.grant(12, script, 21, group, 9);
    expect(await world.world()).not.toEqual(before);
    await world.bridge('PUT', `acl/12/${script}`, { entries: [...acl].reverse() });
    await world.config('DELETE', `access-groups/${group}`);
    expect(await world.world()).toEqual(before);
  });

  it('logs each real change with its before and after, in sequence, and nothing for what changed nothing', async () => {
    const group = await world.createGroup('g');
    const person = await world.createPerson('p');
    await world.addMember(group, person);
    await world.config('PUT', 'persons', {
      'delta-person': { CfgPerson: { DBID: String(person), firstName: '' } },
    });
    await world.control('POST', 'change', {
      update: { object: { type: 3, name: 'p' }, attributes: { firstName: 'Eve' } },
    });
    await world.config('DELETE', `persons/${person}`);
    const lines = await world.log();
    expect(lines.map((l) => [l.seq, l.actor, l.effect, l.object.type])).toEqual([
      [1, 'gws:onboarding', 'create', 21],
      [2, 'gws:onboarding', 'create', 3],
      [3, 'gws:onboarding', 'update', 21],
      [4, 'behind', 'update', 3],
      [5, 'self', 'update', 21],
      [6, 'gws:onboarding', 'delete', 3],
    ]);
    expect(lines[3]).toMatchObject({ before: { firstName: '' }, after: { firstName: 'Eve' } });
    expect(JSON.stringify(lines)).not.toContain('secret');
    expect((await world.control('GET', 'log?after=4')).lines).toHaveLength(2);
  });

  it('changes anything behind our back', async () => {
    const change = (body: object) => world.control('POST', 'change', body);
    const created = await change({
      create: { type: 21, attributes: { name: 'theirs', tenantDBID: '1' }, annex: { a: { b: 'c' } } },
    });
    await change({ member: { group: created.object, person: { type: 3, name: 'designer' }, present: true } });
    await change({ account: { application: 'IxnServer_Claims', account: { type: 3, name: 'designer' } } });
    await change({ status: { application: 'IxnServer_Claims', status: 8 } });
    await change({ connections: { application: 'ICON', servers: ['IxnServer_Retail'] } });
    await change({ account: { application: 'IxnServer_Claims', account: { type: 21, dbid: 98 } } });
    await change({ delete: { type: 3, name: 'designer' } });
    const effects = (await world.log()).map((l) => `${l.actor} ${l.effect} ${l.object.name}`);
    expect(effects).toEqual([
      'behind create theirs',
      'behind update theirs',
      'behind account IxnServer_Claims',
      'behind status IxnServer_Claims',
      'behind update ICON',
      'behind account IxnServer_Claims',
      'self update theirs',
      'behind delete designer',
    ]);
    const icon = (
      await world.config('GET', `applications?server_dbid=${await world.application('IxnServer_Retail')}`)
    ).json.applications;
    expect(icon.map((a: { name: string }) => a.name)).toContain('ICON');
  });

  it('takes a whole world of one own, with thousands of objects, and goes back to the seed', async () => {
    const seed = await world.world();
    const scripts = Array.from({ length: 3_000 }, (_, i) => ({ name: `BP ${i}`, type: 28 }));
    const applications = [
      { name: 'Ixn_B', type: 111 },
      { name: 'Ixn', type: 111, backup: 'Ixn_B', status: 'running' as const },
    ];
    await world.control('POST', 'reset', { world: { scripts, applications } });
    const list = (await world.config('GET', 'scripts?tenant_dbid=1&script_type=28')).json.scripts;
    expect(list).toHaveLength(3_000);
    expect((await world.world()).servers.map((s) => [s.name, s.status])).toEqual([
      ['confserv', 6],
      ['Ixn_B', 1],
      ['Ixn', 6],
    ]);
    const broken = { scripts: [{ name: 'x', type: 28, tenant: 'Nowhere' }] };
    const refused = await world.send('POST', `${world.simulator.url}/simulator/reset`, { world: broken });
    expect([refused.status, refused.json.message]).toEqual([400, 'no tenant named "Nowhere"']);
    expect((await world.world()).servers).toHaveLength(3);
    await world.control('POST', 'reset', {});
    expect(await world.world()).toEqual(seed);
  });

  it('counts the calls of the platform and slows them down on request', async () => {
    await world.control('DELETE', 'calls');
    await world.control('PUT', 'latency', { latencyMs: 40 });
    const began = Date.now();
    await world.bridge('GET', 'health');
    await world.bridge('GET', 'health');
    expect(Date.now() - began).toBeGreaterThanOrEqual(78);
    await world.control('PUT', 'latency', { latencyMs: 0 });
    expect(await world.control('GET', 'calls')).toEqual({
      total: 2,
      byRoute: { 'GET /bridge/v1/health': 2 },
    });
  });

  it('names what is wrong in a request', async () => {
    const bad = await world.send('PUT', `${world.simulator.url}/simulator/switches`, { csrff: true });
    expect(bad.status).toBe(400);
    expect(bad.json.message).toContain('csrff');
    expect(
      (
        await world.send('POST', `${world.simulator.url}/simulator/change`, {
          delete: { type: 3, name: 'none' },
        })
      ).status,
    ).toBe(409);
  });
});
