import { describe, expect, it } from 'vitest';
import { singleConnectionTypes } from '../../config/single-connection.js';
import { accessPoint, application } from '../testing/world.js';
import { clusterFindings, clustersOf } from './clusters.js';
import { interactionServers, serverPairs } from './interaction-servers.js';
import { sharedDependents } from './single-connection.js';

const own = application(1, 'Own', 111, { backupDbid: 2 });
const ownBackup = application(2, 'Own_B', 111);
const other = application(3, 'Other', 111);
const legacy = application(4, 'Legacy', 1, { connections: [9] });
const telephony = application(5, 'TServer', 1);
const point = accessPoint(9, 'DAP', 'ixn');
const servers = [own, ownBackup, other, legacy, telephony, point];
const pairs = serverPairs(servers);

describe('interactionServers', () => {
  it('counts a T-Server only when it has a database', () => {
    expect(interactionServers(servers).map(({ name }) => name)).toEqual(['Own', 'Own_B', 'Other', 'Legacy']);
  });
});

describe('serverPairs', () => {
  it('counts a primary and its backup once', () => {
    expect(pairs.map(({ primary, backup }) => [primary.name, backup?.name ?? null])).toEqual([
      ['Own', 'Own_B'],
      ['Other', null],
      ['Legacy', null],
    ]);
  });

  it('keeps a backup whose primary cannot be seen, and a primary whose backup cannot', () => {
    const seen = (...some: typeof servers) =>
      serverPairs(some).map(({ primary, backup }) => [primary.name, backup]);
    expect(seen(ownBackup)).toEqual([['Own_B', null]]);
    expect(seen(own)).toEqual([['Own', null]]);
  });
});

describe('sharedDependents', () => {
  const dependent = (appType: number, connections: number[]) =>
    application(20, 'Dependent', appType, { connections });
  const shared = (appType: number, connections: number[], types = singleConnectionTypes) =>
    sharedDependents([...servers, dependent(appType, connections)], pairs, types).map((found) => [
      found.typeName,
      ...found.servers.map(({ primary }) => primary.name),
    ]);

  it.each([
    [2, 'Stat Server'],
    [9, 'Interaction Concentrator'],
    [18, 'Agent Desktop'],
    [157, 'Interaction Workspace'],
  ])('finds an application of type %i that is connected to two Interaction Servers', (appType, name) => {
    expect(shared(appType, [1, 3])).toEqual([[name, 'Own', 'Other']]);
  });

  it('takes a connection to the backup for one to the pair', () => {
    expect(shared(2, [1, 2])).toEqual([]);
    expect(shared(2, [2, 3])).toEqual([['Stat Server', 'Own', 'Other']]);
  });

  it('leaves telephony alone, and types that support many', () => {
    expect(shared(2, [1, 5])).toEqual([]);
    expect(shared(15, [1, 3])).toEqual([]);
  });

  it('goes by the list of the site', () => {
    const types = [{ type: 15, name: 'Universal Routing Server' }];
    expect(shared(15, [1, 3], types)).toEqual([['Universal Routing Server', 'Own', 'Other']]);
    expect(shared(2, [1, 3], types)).toEqual([]);
  });
});

describe('clustersOf', () => {
  const cluster = (connections: number[] = []) => application(30, 'Cluster', 82, { connections });

  it.each([
    ['connected to it', [cluster(), application(6, 'Node', 111, { connections: [30] })]],
    ['that it is connected to', [cluster([6]), application(6, 'Node', 111)]],
  ])('finds the nodes %s', (_, some) => {
    const [found] = clusterFindings(clustersOf(some, serverPairs(some)));
    expect(found).toMatchObject({
      severity: 'error',
      code: 'cluster-not-supported',
      detail: '"Node" is a node of the cluster "Cluster".',
      objects: [{ name: 'Node' }],
    });
  });

  it('leaves clusters of other products alone', () => {
    expect(clustersOf([...servers, cluster()], pairs)).toEqual([]);
  });
});
