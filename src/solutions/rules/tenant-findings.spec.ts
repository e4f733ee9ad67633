import { describe, expect, it } from 'vitest';
import { PROBLEMS } from '../../problems.js';
import { accessPoint, application } from '../testing/world.js';
import { marked, process, reader, shared, solution, tenant } from '../testing/tenant.js';
import { named } from './finding.js';
import { cannotTell } from './rights.js';
import type { TenantFacts } from './tenant-facts.js';
import { sharingIn, tenantFindings } from './tenant-findings.js';

const all = [process(201, 'One'), process(202, 'Two'), process(203, 'Three')];
const claimsAll = (key: string) => solution(key, { businessProcesses: ['One', 'Two', 'Three'] });

const found = (changes: Partial<TenantFacts>) => {
  const facts = tenant(changes);
  return tenantFindings(facts, sharingIn(facts));
};
const said = (changes: Partial<TenantFacts>) =>
  found(changes).map(({ severity, code, detail }) => `${severity} ${code}: ${detail}`);

describe('the findings of a tenant', () => {
  it('are none where every solution has a server that reads its own and no more', () => {
    const a = solution('a', { businessProcesses: ['One', 'Two'], servers: ['IxnServer_A'] });
    const b = solution('b', { businessProcesses: ['Three'], servers: ['IxnServer_B'] });
    const readers = [
      reader('ixn-a', { servers: ['IxnServer_A'], reads: all.slice(0, 2), solution: a.id }),
      reader('ixn-b', {
        account: { type: 3, dbid: 121 },
        servers: ['IxnServer_B'],
        reads: all.slice(2),
        solution: b.id,
      }),
    ];
    expect(found({ solutions: [a, b], readers })).toEqual([]);
  });

  it('name the account of a solution that reads what belongs to another one or to nobody', () => {
    const a = solution('a', { businessProcesses: ['One'] });
    const b = solution('b', { businessProcesses: ['Two'] });
    const readers = [reader('ixn-a', { servers: ['IxnServer_A'], reads: all, solution: a.id })];
    expect(said({ solutions: [a, b], readers })).toContain(
      'error reads-other-business-processes: "ixn-a" reads Business Processes that are not its own: "Two", "Three".',
    );
  });

  it.each([false, true])(
    'name a shared reader with the solutions it reads, exclusive %s',
    (requireExclusive) => {
      const a = solution('a', { businessProcesses: ['One'] });
      const b = solution('b', { businessProcesses: ['Two'], requireExclusive });
      const readers = [shared(['IxnServer_A'], all)];
      expect(said({ solutions: [a, b], readers })).toContain(
        `${requireExclusive ? 'error' : 'warning'} shared-reader: "SYSTEM", the account of "IxnServer_A", reads Business Processes of the solutions "a" and "b": "One", "Two".`,
      );
    },
  );

  it('name servers with one account; a pair is one server', () => {
    const readers = [shared(['IxnServer_A', 'IxnServer_B'], all.slice(0, 1))];
    expect(said({ solutions: [claimsAll('a')], readers })).toContain(
      'warning shared-account: "IxnServer_A" and "IxnServer_B" run as "SYSTEM" and read the same Business Processes: "One".',
    );
    const pair = [
      application(150, 'IxnServer_A', 111, { connections: [160], backupDbid: 151 }),
      application(151, 'IxnServer_A_B', 111, { connections: [160] }),
      accessPoint(160, 'DAP_A', 'a'),
    ];
    const ofPair = [shared(['IxnServer_A', 'IxnServer_A_B'], all)];
    expect(said({ applications: pair, solutions: [claimsAll('a')], readers: ofPair })).not.toContainEqual(
      expect.stringContaining('shared-account'),
    );
  });

  it('name what EVERYONE and the base groups read: no account can be kept apart from it', () => {
    const groups = {
      everyone: { group: named(21, 'EVERYONE', 97), reads: all.slice(0, 1) },
      baseGroups: [{ group: named(21, 'Base', 110), reads: all.slice(0, 2) }],
      solutions: [claimsAll('a')],
    };
    expect(said(groups)).toEqual([
      'error readable-by-all: "EVERYONE" reads Business Processes, and with it all that are in it: "One".',
      'error readable-by-all: "Base" reads Business Processes, and with it all that are in it: "Two".',
    ]);
  });

  it('tell new Business Processes that nobody claimed from old ones, by DBIDs that only go up', () => {
    const a = solution('a', { businessProcesses: ['Two'], newestBusinessProcess: 202 });
    expect(said({ solutions: [a], readers: [shared(['IxnServer_A'], all.slice(2))] })).toEqual([
      'warning business-process-new: Business Processes made since the last onboarding or change, and of no solution: "Three"; read by "SYSTEM".',
      'warning business-process-unclaimed: Business Processes of no solution: "One"; no Interaction Server reads them.',
    ]);
    expect(said({})).toEqual([
      'warning business-process-unclaimed: Business Processes of no solution: "One", "Two", "Three"; no Interaction Server reads them.',
    ]);
  });

  it('name legacy servers, clusters and servers without a database', () => {
    const applications = [
      application(150, 'Old', 1, { connections: [160] }),
      application(151, 'Node', 111, { connections: [170, 160] }),
      application(152, 'Bare', 111),
      accessPoint(160, 'DAP', 'x'),
      application(170, 'Cluster', 82),
    ];
    expect(said({ applications, solutions: [claimsAll('a')] })).toEqual([
      'error cluster-not-supported: "Node" is a node of the cluster "Cluster".',
      'error shared-database: "Old" and "Node" use the same database "x".',
      'warning database-unknown: "Bare" is connected to no Database Access Point that names a database, so it cannot be shown to have its own.',
      'warning legacy-server: "Old" is an Interaction Server set up as type T-Server (1).',
    ]);
  });

  it('do not take the nodes of one cluster for sharing a database by mistake', () => {
    const node = (dbid: number) => application(dbid, `Node_${dbid}`, 111, { connections: [170, 160] });
    const applications = [
      node(150),
      node(151),
      accessPoint(160, 'DAP', 'x'),
      application(170, 'Cluster', 82),
    ];
    expect(found({ applications, solutions: [claimsAll('a')] }).map(({ code }) => code)).toEqual([
      'cluster-not-supported',
    ]);
  });

  it('leave servers of other tenants out, but for a database that is shared with one of them', () => {
    const applications = [
      application(150, 'Here', 111, { connections: [160] }),
      application(151, 'Abroad', 111, { connections: [161], tenantDbids: [2] }),
      application(152, 'Far', 1, { connections: [162], tenantDbids: [2] }),
      accessPoint(160, 'DAP_1', 'x'),
      accessPoint(161, 'DAP_2', 'x'),
      accessPoint(162, 'DAP_3', 'y'),
    ];
    expect(said({ applications, solutions: [claimsAll('a')] })).toEqual([
      'warning shared-database: "Here" and "Abroad" use the same database "x".',
    ]);
  });

  it('say what cannot be told, and draw nothing from it', () => {
    const readers = [shared(['IxnServer_A'], cannotTell)];
    expect(said({ solutions: [claimsAll('a')], readers, unseenServers: ['IxnServer_B'] })).toEqual([
      'warning rights-unseen: What "SYSTEM", the account of "IxnServer_A", reads cannot be read on this target.',
      'warning account-unseen: As which account "IxnServer_B" runs cannot be read on this target.',
    ]);
  });

  it('have a page each that says why it matters and what to do', () => {
    const codes = found({ readers: [shared(['IxnServer_A', 'IxnServer_B'], all)] }).map(({ code }) => code);
    expect(codes.length).toBeGreaterThan(0);
    for (const code of codes) expect(PROBLEMS).toHaveProperty(code);
  });
});

describe('objects of ours that belong to nobody', () => {
  const ids = { solution: '0193aaaa-0000-7000-8000-000000000001', operation: 'op' };
  const group = { object: named(21, 'retail-account', 105), mark: ids };
  const person = { object: named(3, 'ixn-retail', 120), mark: ids };
  const orphans = (known: Parameters<typeof marked>[1] | null, changes: Partial<TenantFacts> = {}) =>
    said({
      solutions: [claimsAll('a')],
      marked: [group, person],
      markedSolutions: new Map(known === null ? [] : [[ids.solution, marked(ids.solution, known)]]),
      ...changes,
    });

  it('are none while their solution holds them, or nobody has seen yet what it holds', () => {
    expect(orphans({})).toEqual([]);
    expect(orphans({ state: 'onboarding', accessGroup: null, person: null })).toEqual([]);
  });

  it('are those of a solution that nobody knows', () => {
    expect(orphans(null)).toEqual([
      `warning orphan: The access group "retail-account" carries our mark of a solution that is not known here (${ids.solution}).`,
      `warning orphan: The Person "ixn-retail" carries our mark of a solution that is not known here (${ids.solution}).`,
    ]);
  });

  it('are those of a solution that has ended, was abandoned, or holds another object', () => {
    expect(orphans({ live: false, state: 'offboarded' })[0]).toContain(
      'was made for the solution "retail", which has ended',
    );
    expect(orphans({ state: 'failed' })[1]).toContain('was left behind by an operation');
    const copied = orphans({ person: 121 });
    expect(copied).toHaveLength(1);
    expect(copied[0]).toContain(
      '"ixn-retail" carries the mark of the solution "retail", which holds another object',
    );
  });

  it('say which servers run as them', () => {
    const readers = [reader('ixn-retail', { servers: ['IxnServer_A'] })];
    expect(orphans(null, { readers })[1]).toMatch(/, and "IxnServer_A" runs as it\.$/);
  });
});
