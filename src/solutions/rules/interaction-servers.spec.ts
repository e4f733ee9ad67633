import { describe, expect, it } from 'vitest';
import { accessPoint, application } from '../testing/world.js';
import { interactionServers, pairOf } from './interaction-servers.js';
import { sharedDependents } from './single-connection.js';

const own = application(1, 'Own', 111, { backupDbid: 2 });
const ownBackup = application(2, 'Own_B', 111);
const other = application(3, 'Other', 111);
const legacy = application(4, 'Legacy', 1, { connections: [9] });
const telephony = application(5, 'TServer', 1);
const point = accessPoint(9, 'DAP', 'ixn');
const servers = [own, ownBackup, other, legacy, telephony, point];

describe('interactionServers', () => {
  it('counts a T-Server only when it has a database', () => {
    expect(interactionServers(servers).map(({ name }) => name)).toEqual(['Own', 'Own_B', 'Other', 'Legacy']);
  });
});

describe('pairOf', () => {
  it('is the same pair from either side, and one server where there is no partner', () => {
    expect([...pairOf(own, servers)].sort()).toEqual([1, 2]);
    expect([...pairOf(ownBackup, servers)].sort()).toEqual([1, 2]);
    expect([...pairOf(other, servers)]).toEqual([3]);
  });
});

describe('sharedDependents', () => {
  const dependent = (appType: number, connections: number[]) =>
    application(20, 'Dependent', appType, { connections });

  it.each([2, 9, 18, 157])(
    'finds an application of type %i that is connected to this and another Interaction Server',
    (appType) => {
      const found = sharedDependents(own, [...servers, dependent(appType, [1, 3])]);
      expect(found).toMatchObject([
        { application: { name: 'Dependent' }, servers: [{ name: 'Own' }, { name: 'Other' }] },
      ]);
    },
  );

  it('takes a connection to the backup for one to the pair', () => {
    expect(sharedDependents(own, [...servers, dependent(2, [1, 2])])).toEqual([]);
    expect(sharedDependents(own, [...servers, dependent(2, [2, 3])])).toHaveLength(1);
  });

  it('leaves alone what has nothing to do with this server, telephony, and types that support many', () => {
    expect(sharedDependents(own, [...servers, dependent(2, [3, 4])])).toEqual([]);
    expect(sharedDependents(own, [...servers, dependent(2, [1, 5])])).toEqual([]);
    expect(sharedDependents(own, [...servers, dependent(15, [1, 3])])).toEqual([]);
  });
});
