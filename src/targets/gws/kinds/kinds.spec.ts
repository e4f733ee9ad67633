import { describe, expect, it } from 'vitest';
import { MalformedAnswer } from '../wire.js';
import { kinds } from './kinds.js';

const group = (over: object): object => ({
  type: '1',
  CfgGroup: { DBID: '105', tenantDBID: '1', name: 'retail', state: '1' },
  ...over,
});
const member = { CSID: '0', DBID: '119', type: '3' };

describe('access groups', () => {
  it.each([
    ['bare items', [member]],
    ['items under cfgID', [{ cfgID: member }]],
    ['items under CfgID', [{ CfgID: member }]],
    ['a list under the class name', { CfgID: [member] }],
    ['one item without its list', member],
    ['one wrapped item without its list', { cfgID: member }],
    ['numbers instead of strings', [{ DBID: 119, type: 3 }]],
  ])('reads members as %s', (_, memberIDs) => {
    expect(kinds.accessGroup.decode(group({ memberIDs }) as never).members).toEqual([{ type: 3, dbid: 119 }]);
  });

  it.each([[undefined], [null], [''], [[]]])('reads members that are %j as none', (memberIDs) => {
    expect(kinds.accessGroup.decode(group({ memberIDs }) as never).members).toEqual([]);
  });

  it('does not pass over a member that it cannot read', () => {
    expect(() => kinds.accessGroup.decode(group({ memberIDs: [{ DBID: 'x' }] }) as never)).toThrow(
      MalformedAnswer,
    );
    expect(() => kinds.accessGroup.decode(group({ memberIDs: ['119'] }) as never)).toThrow(MalformedAnswer);
  });

  it('reads the annex inside CfgGroup and beside it', () => {
    const annex = { mark: { solution: '0193', note: 'a "quoted" ü' } };
    const inside = group({ CfgGroup: { DBID: '105', tenantDBID: '1', name: 'r', userProperties: annex } });
    expect(kinds.accessGroup.decode(inside as never).annex).toEqual(annex);
    expect(kinds.accessGroup.decode(group({ userProperties: annex }) as never).annex).toEqual(annex);
    expect(kinds.accessGroup.decode(group({ userProperties: [] }) as never).annex).toEqual({});
  });

  it('keeps the type, so that a default group is never taken for an ordinary one', () => {
    expect(kinds.accessGroup.decode(group({ type: '3' }) as never)).toMatchObject({
      groupType: 3,
      dbid: 105,
      name: 'retail',
    });
  });
});

const application = { DBID: '201', name: 'IxnServer', type: '111', isServer: '2', state: '1' };

describe('applications', () => {
  it.each([
    ['a scalar', '1', [1]],
    ['a number', 101, [101]],
    ['a list', ['1', '101'], [1, 101]],
    ['structures', [{ DBID: '1' }, { DBID: 101 }], [1, 101]],
    ['a list under its name', { DBID: ['1', '101'] }, [1, 101]],
    ['left out', undefined, []],
  ])('reads tenantDBIDs as %s', (_, tenantDBIDs, expected) => {
    expect(kinds.application.decode({ ...application, tenantDBIDs }).tenantDbids).toEqual(expected);
  });

  it.each([['CfgServer'], ['CfgServerInfo'], ['serverInfo']])(
    'reads the server structure under %s',
    (name) => {
      const decoded = kinds.application.decode({
        ...application,
        [name]: { hostDBID: '102', backupServerDBID: '202' },
      });
      expect(decoded).toMatchObject({ hostDbid: 102, backupDbid: 202 });
    },
  );

  it('reads no host, no backup and no connections as none', () => {
    const decoded = kinds.application.decode({
      ...application,
      CfgServer: { hostDBID: '0', backupServerDBID: '0' },
    });
    expect(decoded).toMatchObject({ hostDbid: null, backupDbid: null, connections: [], isPrimary: true });
  });

  it.each([
    ['a list', [{ appServerDBID: '301', timoutLocal: '10' }, { appServerDBID: '302' }], [301, 302]],
    ['one bare item', { appServerDBID: '301' }, [301]],
    ['items under their class', [{ CfgConnInfo: { appServerDBID: '301' } }], [301]],
    ['a list under its class', { CfgConnInfo: [{ appServerDBID: 301 }, { appServerDBID: 0 }] }, [301]],
  ])('reads connections as %s', (_, appServerDBIDs, expected) => {
    expect(kinds.application.decode({ ...application, appServerDBIDs }).connections).toEqual(expected);
  });

  it('does not pass over a connection or a tenant that it cannot read', () => {
    for (const over of [{ appServerDBIDs: [{ id: 'default' }] }, { tenantDBIDs: ['Environment'] }])
      expect(() => kinds.application.decode({ ...application, ...over })).toThrow(MalformedAnswer);
  });

  it('takes the port of the server, else of its first listening port', () => {
    const portInfos = [{ id: 'default', port: '4420' }];
    const port = (over: object): unknown => kinds.application.decode({ ...application, ...over }).port;
    expect(port({ CfgServer: { port: '7' }, portInfos })).toBe(7);
    expect(port({ CfgServer: { port: '' }, portInfos })).toBe(4420);
    expect(port({ portInfos: { CfgPortInfo: { port: 9 } } })).toBe(9);
    expect(port({ portInfos: [] })).toBeUndefined();
  });

  it('takes for a server what says nothing about it and has the structure of one', () => {
    const { isServer: _, ...silent } = application;
    expect(kinds.application.decode({ ...silent, CfgServer: { hostDBID: '1' } }).isServer).toBe(true);
    expect(kinds.application.decode(silent).isServer).toBe(false);
  });

  it('reads time-outs in seconds, and the default of the platform where they are left out', () => {
    expect(kinds.application.decode({ ...application, startupTimeout: '30' })).toMatchObject({
      startupTimeoutMs: 30_000,
      shutdownTimeoutMs: 90_000,
    });
  });

  it('tells primaries from backups', () => {
    expect(kinds.application.decode({ ...application, isPrimary: '2' }).isPrimary).toBe(true);
    expect(kinds.application.decode({ ...application, isPrimary: '1' }).isPrimary).toBe(false);
  });
});

describe('persons', () => {
  it('reads a flag of "1" as false and of "2" as true', () => {
    const person = { DBID: '120', tenantDBID: '1', userName: '007', employeeID: 'E', isAgent: '1' };
    expect(kinds.person.decode(person)).toMatchObject({ isAgent: false, userName: '007' });
    expect(kinds.person.decode({ ...person, isAgent: '2' }).isAgent).toBe(true);
  });
});

describe('every kind', () => {
  it.each(Object.entries(kinds))('refuses a %s without a DBID', (_, kind) => {
    expect(() => kind.decode({ name: 'x', tenantDBID: '1', type: '1' })).toThrow(MalformedAnswer);
  });
});
