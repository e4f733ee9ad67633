import { describe, expect, it } from 'vitest';
import { accessPoint, application } from '../testing/world.js';
import type { DatabaseIdentity } from './database-identity.js';
import { databaseOf, sameDatabase } from './database-identity.js';

const database = (changes: Partial<DatabaseIdentity> = {}): DatabaseIdentity => ({
  engine: 'postgre',
  server: 'db1',
  hostDbid: 10,
  port: 5432,
  name: 'ixn',
  ...changes,
});

describe('databaseOf', () => {
  it('reads engine, server and name from the annex whatever their case, and host and port from the object', () => {
    const point = application(160, 'DAP', 8, {
      hostDbid: 10,
      port: 1521,
      annex: { default: { DBEngine: 'Oracle', dbserver: 'DB1 ', DBNAME: 'IXN' } },
    });
    expect(databaseOf(point)).toEqual({
      engine: 'oracle',
      server: 'db1',
      hostDbid: 10,
      port: 1521,
      name: 'ixn',
    });
  });

  it('leaves open what the object does not say', () => {
    expect(databaseOf(application(160, 'DAP', 8))).toEqual({
      engine: '',
      server: '',
      hostDbid: null,
      port: null,
      name: '',
    });
  });
});

describe('sameDatabase', () => {
  it('holds for two access points to one database', () => {
    expect(sameDatabase(databaseOf(accessPoint(1, 'a', 'ixn')), databaseOf(accessPoint(2, 'b', 'IXN')))).toBe(
      true,
    );
  });

  it.each([{ engine: 'mssql' }, { server: 'db2' }, { port: 5433 }, { name: 'other' }])(
    'does not hold where they differ in %o',
    (changes) => {
      expect(sameDatabase(database(), database(changes))).toBe(false);
    },
  );

  it.each([{ engine: '' }, { server: '' }, { port: null }, { hostDbid: null }])(
    'holds where one leaves open %o',
    (changes) => {
      expect(sameDatabase(database(), database(changes))).toBe(true);
    },
  );

  it('compares hosts only where a server is not named', () => {
    expect(sameDatabase(database({ hostDbid: 11 }), database())).toBe(true);
    expect(sameDatabase(database({ server: '', hostDbid: 11 }), database())).toBe(false);
  });

  it('never holds without a database name', () => {
    expect(sameDatabase(database({ name: '' }), database({ name: '' }))).toBe(false);
  });
});
