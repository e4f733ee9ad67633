import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isolationReportSchema } from '../../src/solutions/isolation/report-schema.js';
import { operationSchema } from '../../src/solutions/api-schemas.js';
import { onboard, startApi, type Api } from './api.js';

const path = '/v1/targets/lab/tenants/Environment/isolation';
const reportOf = async (api: Api, at = path) =>
  isolationReportSchema.parse((await api.http.get(at).expect(200)).body);

const control = async (api: Api, what: string, body: unknown, method = 'POST') => {
  const answer = await fetch(`${api.simulator.url}/simulator${what}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(answer.ok, await answer.clone().text()).toBe(true);
};

describe('GET /v1/targets/{target}/tenants/{tenant}/isolation', () => {
  it('says of the seed who shares a server, a database and a dependent, and that nothing is claimed', async () => {
    const api = await startApi();
    const report = await reportOf(api);
    expect(report).toMatchObject({
      target: 'lab',
      tenant: { type: 7, name: 'Environment', dbid: 1 },
      complete: true,
      summary: { solutions: 0, servers: 5, businessProcesses: 7 },
      orphans: [],
    });
    expect(report.findings.map(({ severity, code, detail }) => [severity, code, detail])).toEqual([
      [
        'error',
        'shared-database',
        '"IxnServer_Shared" and "IxnServer_Bank" use the same database "ixn_shared".',
      ],
      [
        'warning',
        'shared-account',
        '"IxnServer_Shared", "IxnServer_Retail", "IxnServer_Claims", "IxnServer_Bank" and "IxnServer_Legacy" run as "SYSTEM" and read the same Business Processes: "Retail Inbound", "Retail Outbound", "Retail Complaints", "Claims Intake", "Claims Review" and 2 more.',
      ],
      [
        'warning',
        'dependent-on-two-servers',
        'The Stat Server "StatServer_Bank" is connected to "IxnServer_Bank", "IxnServer_Shared"; its type supports one Interaction Server only.',
      ],
      [
        'warning',
        'legacy-server',
        '"IxnServer_Legacy" is an Interaction Server set up as type T-Server (1).',
      ],
      [
        'warning',
        'business-process-unclaimed',
        'Business Processes of no solution: "Retail Inbound", "Retail Outbound", "Retail Complaints", "Claims Intake", "Claims Review" and 2 more; read by "SYSTEM".',
      ],
    ]);
    expect(report.shared.accounts).toMatchObject([{ account: { name: 'SYSTEM' }, businessProcesses: 7 }]);
    expect(report.shared.databases).toMatchObject([
      { certain: true, accessPoints: [{ name: 'DAP_IxnServer_Shared' }, { name: 'DAP_IxnServer_Bank' }] },
    ]);
    expect(report.businessProcesses).toContainEqual(
      expect.objectContaining({ solution: null, isNew: false, readers: ['SYSTEM'] }),
    );
    for (const { why, remedy } of report.findings) expect([why, remedy]).not.toContain('');
    const page = readFileSync('docs/isolation.md', 'utf8');
    for (const { severity, code, detail } of report.findings)
      expect(page).toContain(`| ${severity} | \`${code}\` | ${detail} |`);
  });

  it('says whose a Business Process is once it is onboarded, and what is new and marked since', async () => {
    const api = await startApi({ runner: true });
    const accepted = await api.http.post('/v1/solutions').send(onboard()).expect(202);
    await api.ended(operationSchema.parse(accepted.body).href);
    await control(api, '/change', {
      create: { type: 12, attributes: { name: 'Brand New', tenantDBID: '1', type: '28' } },
    });
    await control(api, '/change', {
      create: {
        type: 21,
        attributes: { name: 'left-behind', tenantDBID: '1', type: '1' },
        annex: { 'solution-onboarding': { solution: 'no uuid', operation: 'x' } },
      },
    });
    const report = await reportOf(api);
    expect(report.solutions).toMatchObject([
      { key: 'retail-email', isolation: 'verified', servers: ['IxnServer_Retail'] },
    ]);
    const of = (name: string) => report.businessProcesses.find((one) => one.businessProcess.name === name);
    expect(of('Retail Inbound')).toMatchObject({
      solution: 'retail-email',
      readers: ['SYSTEM', 'ixn-environment-retail-email'],
    });
    expect(of('Brand New')).toMatchObject({ solution: null, isNew: true });
    expect(report.orphans).toMatchObject([{ object: { name: 'left-behind' }, reason: 'unknown' }]);
    expect(report.shared.servers.map(({ server }) => server.name)).toContain('IxnServer_Shared');
    expect(report.servers).toContainEqual(
      expect.objectContaining({
        solution: 'retail-email',
        reads: [{ solution: 'retail-email', businessProcesses: 2 }],
      }),
    );
    expect(report.findings.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['shared-reader', 'business-process-new', 'orphan']),
    );
  });

  it('judges each tenant by itself', async () => {
    const api = await startApi();
    const report = await reportOf(api, path.replace('Environment', 'Branch'));
    expect(
      report.findings.map(({ code, object }) => [code, (object as { name: string }).name]),
    ).toContainEqual(['readable-by-all', 'EVERYONE']);
    // What a base group reads through EVERYONE is said once.
    expect(report.findings.filter(({ code }) => code === 'readable-by-all')).toHaveLength(1);
    expect(report.businessProcesses.map(({ businessProcess }) => businessProcess.name)).toEqual([
      'Branch Walk-in',
    ]);
  });

  it('is a page for who prefers HTML and a table for who prefers CSV', async () => {
    const api = await startApi();
    const page = await api.http.get(path).set('accept', 'text/html,*/*;q=0.8').expect(200);
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.headers['vary']).toContain('accept');
    expect(page.text).toContain('<bdi>IxnServer_Legacy</bdi>');
    const table = await api.http.get(path).set('accept', 'text/csv').expect(200);
    expect(table.headers['content-type']).toContain('text/csv');
    expect(table.text.split('\r\n')[0]).toBe(
      '"severity","code","title","detail","type","name","dbid","why","remedy","ignored_because"',
    );
    const servers = await api.http.get(`${path}?table=servers`).set('accept', 'text/csv').expect(200);
    expect(servers.text).toContain('"IxnServer_Bank"');
  });

  it('refuses what it does not offer, by name', async () => {
    const api = await startApi();
    const ask = async (at: string, accept: string) => {
      const answer = await api.http.get(at).set('accept', accept);
      const { status, code } = answer.body as { status: number; code: string };
      return [status, code];
    };
    expect(await ask(path, 'application/pdf')).toEqual([406, 'not-acceptable']);
    expect(await ask(`${path}?table=servers`, '*/*')).toEqual([400, 'invalid-request']);
    expect(await ask(`${path}?table=nothing`, 'text/csv')).toEqual([400, 'invalid-request']);
    expect(await ask(path.replace('Environment', 'Nowhere'), '*/*')).toEqual([404, 'not-found']);
    expect(await ask(path.replace('/lab/', '/nowhere/'), 'text/html')).toEqual([404, 'not-found']);
  });

  it('is 503 when the target does not answer', async () => {
    const api = await startApi();
    await control(api, '/faults', { match: {}, fault: { kind: 'down' }, times: null });
    expect((await api.http.get(path)).body).toMatchObject({ status: 503, code: 'target-unavailable' });
  });

  it('is for callers with a scope on the tenant', async () => {
    const key = (name: string, tenant: string) => ({
      name,
      sha256: createHash('sha256').update(name).digest('hex'),
      roles: ['viewer' as const],
      scopes: [{ target: 'lab', tenant }],
    });
    const api = await startApi({ apiKeys: [key('here', 'Environment'), key('there', 'Branch')] });
    await api.http.get(path).expect(401);
    await api.http.get(path).set('x-api-key', 'there').expect(403);
    await api.http.get(path).set('x-api-key', 'here').expect(200);
  });

  it('takes a tenant, Business Processes and servers of any name for what they are', async () => {
    const name = 'a/b "c" <d>\u202e=1+1, 医\n?#%2F';
    const api = await startApi();
    const world = {
      tenants: [{ name: 'Environment' }, { name }],
      hosts: [{ name: 'h' }],
      scripts: ['=2+5', '0042', '<b>x</b>', 'a"b'].map((one) => ({ name: one, type: 28, tenant: name })),
      applications: [{ name: `Ixn ${name}`, type: 111, host: 'h', tenants: [name], status: 'running' }],
    };
    await control(api, '/reset', { world });
    const at = `/v1/targets/lab/tenants/${encodeURIComponent(name)}/isolation`;
    const report = await reportOf(api, at);
    expect(report.tenant.name).toBe(name);
    expect(report.businessProcesses.map(({ businessProcess }) => businessProcess.name)).toEqual([
      '=2+5',
      '0042',
      '<b>x</b>',
      'a"b',
    ]);
    const page = await api.http.get(at).set('accept', 'text/html').expect(200);
    expect(page.text).not.toContain('<b>x</b>');
    const table = await api.http.get(`${at}?table=business-processes`).set('accept', 'text/csv').expect(200);
    expect(table.text).toContain(`"'=2+5"`);
  });
});
