import { describe, expect, it } from 'vitest';
import { accessPoint, application } from '../testing/world.js';
import type { DatabaseIdentity } from './database-identity.js';
import { compareDatabases, databaseName, databaseOf } from './database-identity.js';
import { hostNames, noHosts } from './host-names.js';

const database = (changes: Partial<DatabaseIdentity> = {}): DatabaseIdentity => ({
  engine: 'postgre',
  server: 'db1',
  instance: '',
  hostDbid: 10,
  port: 5432,
  name: 'ixn',
  schema: '',
  ...changes,
});
const compared = (a: Partial<DatabaseIdentity>, b: Partial<DatabaseIdentity> = {}, hosts = noHosts) =>
  compareDatabases(database(a), database(b), hosts);
const point = (section: Record<string, string>) =>
  databaseOf(application(160, 'DAP', 8, { annex: { default: section } }));

describe('databaseOf', () => {
  it('reads the annex whatever the case of its keys and values, and host and port of the object', () => {
    const found = application(160, 'DAP', 8, {
      hostDbid: 10,
      port: 1433,
      annex: { default: { DBEngine: 'MSSQL', dbserver: 'DB1.Example. ', DBNAME: 'IXN', UserName: 'sa' } },
    });
    expect(databaseOf(found)).toEqual({
      engine: 'mssql',
      server: 'db1.example',
      instance: '',
      hostDbid: 10,
      port: 1433,
      name: 'ixn',
      schema: '',
    });
  });

  it('leaves open what the object does not say', () => {
    expect(databaseOf(application(160, 'DAP', 8))).toEqual(
      database({ engine: '', server: '', hostDbid: null, port: null, name: '' }),
    );
  });

  it.each([
    ['db1\\ixn', { server: 'db1', instance: 'ixn', port: null }],
    ['tcp:db1,1433', { server: 'db1', instance: '', port: 1433 }],
    ['db1:5433', { server: 'db1', port: 5433 }],
    ['DB1\\MSSQLSERVER', { server: 'db1', instance: '' }],
    ['//db1:1521/ixn', { server: '//db1:1521/ixn' }],
    ['fe80::1', { server: 'fe80::1', port: null }],
  ])('takes %s apart as people write it', (dbserver, expected) => {
    expect(point({ dbserver })).toMatchObject(expected);
  });

  it('knows an Oracle database by its user, where a user is a schema', () => {
    const oracle = point({ dbengine: 'oracle', dbserver: 'ORCL', username: 'IXN_RETAIL' });
    expect(databaseName(oracle)).toBe('orcl/ixn_retail');
    expect(databaseName(point({ dbengine: 'oracle', dbserver: 'ORCL' }))).toBe('');
  });
});

describe('compareDatabases', () => {
  it('finds two access points to one database', () => {
    const [a, b] = [accessPoint(1, 'a', 'ixn'), accessPoint(2, 'b', 'IXN')].map(databaseOf);
    expect(compareDatabases(a!, b!, noHosts)).toBe('same');
    expect(point({ dbengine: 'PostgreSQL', dbname: 'ixn' }).engine).toBe('postgre');
  });

  it.each([{ engine: 'mssql' }, { server: 'db2', hostDbid: 11 }, { port: 5433 }, { name: 'other' }])(
    'tells them apart by %o',
    (changes) => {
      expect(compared(changes)).toBe('different');
    },
  );

  it.each([{ engine: '' }, { server: '', hostDbid: null }, { port: null }, { hostDbid: null }])(
    'takes what one leaves open for equal: %o',
    (changes) => {
      expect(compared(changes)).toBe('same');
    },
  );

  it('keeps two schemas of one Oracle service apart, and two services of one schema', () => {
    const oracle = { engine: 'oracle', schema: 'ixn', name: '' };
    expect(compared(oracle, oracle)).toBe('same');
    expect(compared(oracle, { ...oracle, schema: 'other' })).toBe('different');
    expect(compared(oracle, { ...oracle, server: 'orcl2', hostDbid: 11 })).toBe('different');
  });

  it('leaves it open whether an instance by name is the one by default', () => {
    expect(compared({ instance: 'ixn', port: null })).toBe('unclear');
    expect(compared({ instance: 'ixn' })).toBe('same');
    expect(compared({ instance: 'ixn', port: null }, { instance: 'ixn' })).toBe('same');
  });

  it('never knows a database without a name', () => {
    expect(compared({ name: '' }, { name: '' })).toBe('different');
  });
});

describe('the machine of a database', () => {
  const hosts = hostNames([
    { dbid: 10, name: 'DB1.example', address: '10.0.0.1' },
    { dbid: 11, name: 'ixn-db', address: '10.0.0.1' },
    { dbid: 12, name: 'db2.example', address: '10.0.0.2' },
    { dbid: 13, name: 'db3', address: '127.0.0.1' },
    { dbid: 14, name: 'db4', address: '127.0.0.1' },
  ]);
  const machines = (a: string, b: string, of = hosts) =>
    compared({ server: a, hostDbid: null }, { server: b, hostDbid: null }, of);

  it.each([
    ['db1', 'db1.example'],
    ['db1.example', '10.0.0.1'],
    ['ixn-db', 'db1.example'],
    ['ixn-db', '10.0.0.1'],
  ])('is the same as %s and %s, by short name, address or alias of a Host object', (a, b) => {
    expect([machines(a, b), machines(b, a)]).toEqual(['same', 'same']);
  });

  it.each([
    ['db1.example', 'db2.example'],
    ['db1.a.example', 'db1.b.example'],
    ['10.0.0.1', '10.0.0.2'],
    ['10.0.0.9', '10.0.0.8'],
    ['db3', 'db4'],
    ['db1', 'db10'],
  ])('is another one as %s and %s', (a, b) => {
    expect([machines(a, b), machines(b, a)]).toEqual(['different', 'different']);
  });

  it('is not clear where an address belongs to no Host object, or one Host object stands for two names', () => {
    expect(machines('10.0.0.9', 'db2.example')).toBe('unclear');
    expect(machines('10.0.0.1', 'db2.example', noHosts)).toBe('unclear');
    expect(
      compared({ server: 'dbx.example', hostDbid: 12 }, { server: 'dby.example', hostDbid: 12 }, hosts),
    ).toBe('unclear');
  });

  it('is what the Host object says where the access point says this machine, or nothing', () => {
    for (const server of ['', 'localhost', '127.0.0.1']) {
      expect(compared({ server, hostDbid: 10 }, { server: '10.0.0.1' }, hosts)).toBe('same');
      expect(compared({ server, hostDbid: 10 }, { server: 'db2.example', hostDbid: 12 }, hosts)).toBe(
        'different',
      );
    }
    expect(compared({ server: '', hostDbid: 11 }, { server: '', hostDbid: 12 })).toBe('different');
  });
});
