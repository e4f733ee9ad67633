import { describe, expect, it } from 'vitest';
import {
  eventPageSchema,
  operationSchema,
  solutionSchema,
  verificationSchema,
} from '../../src/solutions/api-schemas.js';
import { isolationReportSchema } from '../../src/solutions/isolation/report-schema.js';
import { onboard, startApi, type Api, type ApiOptions } from './api.js';

const person = { type: 3, name: 'ixn-environment-retail-email' };
const group = { type: 21, name: 'retail-email-account' };
const process = (name: string) => ({ type: 12, name });

async function onboarded(options: ApiOptions = {}): Promise<{ api: Api; href: string; id: string }> {
  const api = await startApi({ runner: true, ...options });
  const accepted = await api.http.post('/v1/solutions').send(onboard()).expect(202);
  const { href, solution } = operationSchema.parse(accepted.body);
  expect(await api.ended(href)).toMatchObject({ state: 'completed' });
  return { api, href: solution.href, id: solution.id };
}

const simulate = async (api: Api, path: string, body: unknown, method = 'POST') => {
  const answer = await fetch(`${api.simulator.url}/simulator${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect(answer.ok, await answer.clone().text()).toBe(true);
  return answer;
};
const change = (api: Api, what: object) => simulate(api, '/change', what);
const verify = async (api: Api, href: string) =>
  verificationSchema.parse((await api.http.post(`${href}/verify`).expect(200)).body);
const solutionOf = async (api: Api, href: string) =>
  solutionSchema.parse((await api.http.get(href).expect(200)).body);
const eventsOf = async (api: Api, id: string) =>
  eventPageSchema.parse((await api.http.get(`/v1/events?solution=${id}&limit=500`).expect(200)).body).events;
const toldOf = async (api: Api, id: string) =>
  (await eventsOf(api, id))
    .map(({ type }) => type.split('.').slice(1, 3).join('.'))
    .filter((type) => type.startsWith('solution.'));
const metric = async (api: Api, name: string) =>
  (await api.http.get('/metrics').expect(200)).text.split('\n').filter((line) => line.startsWith(`${name}{`));

describe('what differs from what was left, as actions', () => {
  const acl = (object: object, account: object, accessMask: number | null) => ({
    acl: { object, account, accessMask },
  });

  it.each<[string, object, string, string[]]>([
    ['an entry is gone', acl(process('Retail Inbound'), group, null), 'unverified', ['grant Retail Inbound']],
    [
      'an entry has another mask',
      acl(process('Retail Inbound'), group, 1),
      'unverified',
      ['grant Retail Inbound'],
    ],
    [
      'it has more rights than asked for',
      acl(process('Retail Inbound'), group, 127),
      'verified',
      ['grant Retail Inbound'],
    ],
    [
      'its account reads one more Business Process',
      acl(process('Claims Intake'), group, 1),
      'violated',
      ['revoke Claims Intake'],
    ],
    [
      'its Person reads one more Business Process',
      acl(process('Claims Intake'), person, 9),
      'violated',
      ['revoke Claims Intake'],
    ],
    [
      'somebody else is in its account',
      { member: { group, person: { type: 3, name: 'designer' }, present: true } },
      'verified',
      ['remove-member retail-email-account'],
    ],
    [
      'its Person has left its account',
      { member: { group, person, present: false } },
      'unverified',
      ['add-member retail-email-account'],
    ],
    [
      'its Person is disabled',
      { update: { object: person, attributes: { state: '2' } } },
      'verified',
      ['update ixn-environment-retail-email'],
    ],
    [
      'a Business Process is readable by EVERYONE',
      acl(process('Claims Intake'), { type: 21, dbid: 97 }, 1),
      'violated',
      [],
    ],
    ['a Business Process is gone', { delete: process('Retail Outbound') }, 'unverified', []],
    [
      'a server runs as somebody else',
      { account: { application: 'IxnServer_Retail', account: { type: 3, name: 'designer' } } },
      'violated',
      ['set-account IxnServer_Retail'],
    ],
  ])('%s', async (_, what, isolation, expected) => {
    const { api, href } = await onboarded();
    expect(await verify(api, href)).toMatchObject({ isolation: { state: 'verified' }, drift: [] });
    await change(api, what);
    const seen = await verify(api, href);
    expect(seen.isolation.state).toBe(isolation);
    const told = seen.drift
      .filter(({ kind }) => !['stop', 'start', 'switch-over'].includes(kind))
      .map(({ kind, object }) => `${kind} ${object.name}`);
    expect(told).toEqual(expected);
    const { observed } = await solutionOf(api, href);
    expect(observed).toMatchObject({ drifted: true, drift: seen.drift.slice(0, 20) });
    if (expected.length === 0) expect(observed?.findings).not.toEqual([]);
  });

  it('goes on beyond the first error: what is wrong is wanted, all of it', async () => {
    const { api, href } = await onboarded();
    await change(api, { update: { object: process('Retail Outbound'), attributes: { state: '2' } } });
    await change(api, acl(process('Retail Inbound'), group, null));
    const seen = await verify(api, href);
    expect(seen.findings.map(({ code }) => code)).toContain('object-disabled');
    expect(seen.drift.map(({ kind, object }) => [kind, object.name])).toEqual([['grant', 'Retail Inbound']]);
  });

  it('says why each finding matters and what to do', async () => {
    const { api, href } = await onboarded();
    const [finding] = (await verify(api, href)).findings;
    expect(finding).toMatchObject({
      code: 'shared-reader',
      title: expect.any(String) as unknown,
      why: expect.any(String) as unknown,
      remedy: expect.any(String) as unknown,
    });
  });

  it('is no drift where Solution Control Server has lost sight of a server: what was known stays', async () => {
    const { api, href, id } = await onboarded();
    await change(api, { status: { application: 'IxnServer_Retail', status: 0 } });
    const seen = await verify(api, href);
    expect(seen).toMatchObject({ isolation: { state: 'verified' }, drift: [] });
    expect((await solutionOf(api, href)).observed?.drifted).toBe(false);
    expect(await toldOf(api, id)).toEqual([]);
  });
});

describe('the periodic look', () => {
  const watched = { verifyEveryMs: 300 };

  it('tells when a solution drifts and when it is back, in the order of its other events', async () => {
    const { api, href, id } = await onboarded({ target: watched });
    await change(api, { acl: { object: process('Retail Inbound'), account: group, accessMask: null } });
    await expect.poll(() => toldOf(api, id), { timeout: 20_000 }).toEqual(['solution.drifted']);
    expect(await solutionOf(api, href)).toMatchObject({
      observed: { drifted: true, drift: [{ kind: 'grant' }] },
    });
    expect(await metric(api, 'solutions_drifted')).toEqual(['solutions_drifted{target="lab"} 1']);
    await change(api, { acl: { object: process('Retail Inbound'), account: group, accessMask: 9 } });
    await expect
      .poll(() => toldOf(api, id), { timeout: 20_000 })
      .toEqual(['solution.drifted', 'solution.verified']);
    const sequences = (await eventsOf(api, id)).map(({ sequence }) => Number(sequence));
    expect(sequences).toEqual(sequences.map((_, i) => i + 1));
    expect(await solutionOf(api, href)).toMatchObject({
      isolation: { state: 'verified' },
      observed: { drifted: false },
    });
    expect(await metric(api, 'verifications_total')).toContainEqual(
      expect.stringMatching(/^verifications_total\{target="lab",outcome="drifted"\} [1-9]/),
    );
    expect(await metric(api, 'solutions_isolation')).toContain(
      'solutions_isolation{target="lab",isolation="verified"} 1',
    );
  });

  it('keeps what is known while the target does not answer, and sees what happened when it is back', async () => {
    const { api, href, id } = await onboarded({ target: watched });
    await simulate(api, '/faults', { match: {}, fault: { kind: 'down' }, times: null });
    await expect
      .poll(() => metric(api, 'verifications_total'), { timeout: 20_000 })
      .toContainEqual(expect.stringMatching(/outcome="failed"\} [1-9]/));
    expect(await solutionOf(api, href)).toMatchObject({
      isolation: { state: 'verified' },
      observed: { drifted: false },
    });
    await simulate(api, '/faults', undefined, 'DELETE');
    await change(api, { account: { application: 'IxnServer_Retail', account: { type: 21, dbid: 98 } } });
    await expect.poll(() => toldOf(api, id), { timeout: 30_000 }).toEqual(['solution.drifted']);
    expect(await solutionOf(api, href)).toMatchObject({ isolation: { state: 'violated' } });
  });

  it('reads each list and each account once for all solutions of a tenant that are due', async () => {
    const { api } = await onboarded();
    const second = onboard({
      key: 'bank',
      interactionServer: 'IxnServer_Legacy',
      businessProcesses: ['Bank Chat'],
    });
    const { href } = operationSchema.parse(
      (await api.http.post('/v1/solutions').send(second).expect(202)).body,
    );
    expect(await api.ended(href)).toMatchObject({ state: 'completed' });
    await simulate(api, '/calls', undefined, 'DELETE');
    expect(await api.drift.verifyDue(api.targets.get('lab'))).toBe(2);
    const { byRoute } = (await (await fetch(`${api.simulator.url}/simulator/calls`)).json()) as {
      byRoute: Record<string, number>;
    };
    const count = (part: string) =>
      Object.entries(byRoute).reduce((sum, [route, n]) => (route.includes(part) ? sum + n : sum), 0);
    // Three accounts for what is read of both, and each of the two for all that is not its own.
    expect(count('/effective-permissions')).toBe(5);
    expect(count('/account/')).toBe(7);
    expect(count('/scripts')).toBe(1);
    expect(await metric(api, 'verifications_total')).toEqual([
      'verifications_total{target="lab",outcome="holds"} 2',
    ]);
  });

  it('is left out while the target is paused, and while an operation of the solution runs', async () => {
    const { api, href } = await onboarded();
    const lab = api.targets.get('lab');
    await api.http.post('/v1/targets/lab/pause').send({ reason: 'an upgrade' }).expect(200);
    expect(await api.drift.verifyDue(lab)).toBe(0);
    await api.http.post('/v1/targets/lab/resume').send({ reason: 'done' }).expect(200);
    await simulate(api, '/faults', { match: {}, fault: { kind: 'down' }, times: null });
    await api.http.patch(href).send({ displayName: 'Another name' }).expect(202);
    expect(await api.drift.verifyDue(lab)).toBe(0);
    const [failed] = await metric(api, 'verifications_total');
    expect(failed).toBeUndefined();
  });
});

describe('what is ignored', () => {
  const ignore = [
    { code: 'shared-reader', object: { type: 21, name: 'SYS*' }, reason: 'the old server goes in March' },
    { code: 'legacy-server', reason: 'known' },
    { action: 'grant', object: { name: 'Retail Inb*' }, key: 'retail-*', reason: 'opened for a test' },
    { code: 'business-process-unclaimed', tenant: 'Branch', reason: 'another tenant' },
  ];

  it('is the same in verification, in drift and in the report, and is shown with its reason', async () => {
    const { api, href, id } = await onboarded({ target: { ignore } });
    await change(api, { acl: { object: process('Retail Inbound'), account: group, accessMask: 127 } });
    const seen = await verify(api, href);
    expect(seen).toMatchObject({
      isolation: { state: 'verified' },
      drift: [],
      findings: [],
      ignored: {
        drift: [{ kind: 'grant', ignoredBecause: 'opened for a test' }],
        findings: [{ code: 'shared-reader', ignoredBecause: 'the old server goes in March' }],
      },
    });
    expect((await solutionOf(api, href)).observed?.drifted).toBe(false);
    expect(await toldOf(api, id)).toEqual([]);
    const answer = await api.http.get('/v1/targets/lab/tenants/Environment/isolation').expect(200);
    const report = isolationReportSchema.parse(answer.body);
    expect(report.findings.map(({ code }) => code)).toEqual([
      'shared-database',
      'shared-account',
      'dependent-on-two-servers',
      'business-process-unclaimed',
    ]);
    expect(report.ignored.map(({ code, ignoredBecause }) => [code, ignoredBecause])).toEqual([
      ['shared-reader', 'the old server goes in March'],
      ['legacy-server', 'known'],
    ]);
  });

  it('is never an error', async () => {
    const rules = [{ code: 'reads-other-business-processes', reason: 'trust me' }];
    const { api, href } = await onboarded({ target: { ignore: rules } });
    await change(api, { acl: { object: process('Claims Intake'), account: group, accessMask: 1 } });
    expect(await verify(api, href)).toMatchObject({ isolation: { state: 'violated' } });
    expect((await solutionOf(api, href)).observed?.drifted).toBe(true);
  });
});
