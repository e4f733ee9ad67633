import { describe, expect, it } from 'vitest';
import { accessPoint, application } from '../testing/world.js';
import { noHosts } from './host-names.js';
import { serverPairs } from './interaction-servers.js';
import { databasesOf, sharedDatabases } from './shared-databases.js';
import type { Concern } from './sharing-findings.js';
import { databaseFindings, legacyFindings } from './sharing-findings.js';

const server = (dbid: number, name: string, point: number, tenantDbids = [1]) =>
  application(dbid, name, 111, { connections: [point], tenantDbids });

/** Servers A, B, … of tenant 1, each with the access point of its place in `databases`. */
function found(
  databases: readonly string[],
  concern: Partial<Concern> & { readonly of?: string },
  abroad = '',
) {
  const servers = databases.map((_, i) => {
    const name = String.fromCharCode(65 + i);
    return server(100 + i, name, 200 + i, name === abroad ? [2] : [1]);
  });
  const points = databases.map((name, i) => accessPoint(200 + i, `DAP_${i}`, name));
  const applications = [...servers, ...points];
  const pairs = serverPairs(applications);
  const own = pairs.find(({ primary }) => primary.name === concern.of);
  const shared = sharedDatabases(databasesOf(pairs, applications), noHosts);
  return databaseFindings(shared, { tenantDbid: 1, ...(own === undefined ? {} : { server: own }) }).map(
    ({ severity, detail }) => `${severity} ${detail}`,
  );
}

describe('a shared database', () => {
  it('is one finding for the tenant, however many share it', () => {
    expect(found(['x', 'X', 'y', 'x'], {})).toEqual(['error "A", "B" and "D" use the same database "x".']);
    expect(found(['y', 'x'], {})).toEqual([]);
  });

  it('is said to one server with itself first, and not when it does not share', () => {
    expect(found(['x', 'y', 'x'], { of: 'C' })).toEqual(['error "C" and "A" use the same database "x".']);
    expect(found(['x', 'y', 'x'], { of: 'B' })).toEqual([]);
  });

  it('is a warning beyond the tenant', () => {
    expect(found(['x', 'x'], {}, 'B')).toEqual(['warning "A" and "B" use the same database "x".']);
    expect(found(['x', 'x', 'x'], { of: 'A' }, 'C')).toEqual([
      'error "A" and "B" use the same database "x".',
      'warning "A" and "C" use the same database "x".',
    ]);
  });

  it('names the servers and the access points that lead there', () => {
    const applications = [
      server(1, 'A', 11),
      server(2, 'B', 12),
      accessPoint(11, 'DAP_A', 'x'),
      accessPoint(12, 'DAP_B', 'x'),
    ];
    const pairs = serverPairs(applications);
    const [finding] = databaseFindings(sharedDatabases(databasesOf(pairs, applications), noHosts), {
      tenantDbid: 1,
    });
    expect(finding).toMatchObject({
      objects: [{ name: 'A' }, { name: 'B' }],
      accessPoints: [{ name: 'DAP_A' }, { name: 'DAP_B' }],
    });
  });

  it('is unclear where the machine is written in two ways that nobody can bring together', () => {
    const at = (dbid: number, dbserver: string) =>
      application(dbid, `DAP_${dbid}`, 8, { annex: { default: { dbserver, dbname: 'x' } } });
    const applications = [server(1, 'A', 11), server(2, 'B', 12), at(11, '10.0.0.1'), at(12, 'db.example')];
    const pairs = serverPairs(applications);
    const [finding, more] = databaseFindings(sharedDatabases(databasesOf(pairs, applications), noHosts), {
      tenantDbid: 1,
    });
    expect(finding).toMatchObject({
      severity: 'warning',
      code: 'database-unclear',
      detail:
        '"A" and "B" may use the same database "x": it is not clear whether "10.0.0.1", "db.example" are one machine.',
    });
    expect(more).toBeUndefined();
  });

  it('is not a pair that shares with itself', () => {
    const pair = [
      application(1, 'A', 111, { connections: [11, 12], backupDbid: 2 }),
      application(2, 'A_B', 111, { connections: [11, 12] }),
    ];
    const applications = [...pair, accessPoint(11, 'D1', 'x'), accessPoint(12, 'D2', 'x')];
    const pairs = serverPairs(applications);
    expect(sharedDatabases(databasesOf(pairs, applications), noHosts)).toEqual([]);
  });
});

describe('an Interaction Server of type T-Server', () => {
  it('is named, one of type 111 is not', () => {
    const servers = [application(1, 'Old', 1), application(2, 'New', 111)];
    expect(legacyFindings(servers)).toMatchObject([{ code: 'legacy-server', object: { name: 'Old' } }]);
  });
});
