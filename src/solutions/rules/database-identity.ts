import type { ApplicationObject } from '../ports/config-objects.js';
import type { HostNames } from './host-names.js';
import { compareMachines } from './host-names.js';

/** Which database a Database Access Point leads to. Texts are in lower case, empty where the object does not say. */
export interface DatabaseIdentity {
  readonly engine: string;
  /** Name or address of the machine; of an Oracle database, the name of its service. */
  readonly server: string;
  /** Named instance of SQL Server, `host\instance`. */
  readonly instance: string;
  readonly hostDbid: number | null;
  readonly port: number | null;
  readonly name: string;
  /** Of Oracle, where a user is a schema with tables of its own; empty elsewhere. */
  readonly schema: string;
}

export type Sameness = 'same' | 'unclear' | 'different';

/** Annex section `default` of a Database Access Point, as Genesys Administrator Extension writes it (facts sheet 3.7). */
export function databaseOf(accessPoint: ApplicationObject): DatabaseIdentity {
  const section = Object.entries(accessPoint.annex['default'] ?? {});
  const text = (key: string): string =>
    (section.find(([name]) => name.toLowerCase() === key)?.[1] ?? '').trim().toLowerCase();
  const engine = text('dbengine').replace(/^postgre.*$/, 'postgre');
  const { server, instance, port } = serverIn(text('dbserver'));
  return {
    engine,
    server,
    instance,
    hostDbid: accessPoint.hostDbid,
    port: accessPoint.port ?? port,
    name: text('dbname'),
    schema: engine === 'oracle' ? text('username') : '',
  };
}

/** `db1`, `db1.example.`, `db1\ixn`, `db1,1433`, `tcp:db1:5432`: what people write where a machine is asked for. */
const written = /^(?:tcp:)?([^\\,:/]+?)\.?(?:\\([^\\,:/]+))?(?:[,:](\d{1,5}))?$/;

function serverIn(text: string): Pick<DatabaseIdentity, 'server' | 'instance' | 'port'> {
  const [, server = text, instance = '', port] = written.exec(text) ?? [];
  return {
    server,
    instance: instance === 'mssqlserver' ? '' : instance,
    port: port === undefined ? null : Number(port),
  };
}

/** What it is called in a sentence; empty where the access point does not say enough to know a database by. */
export const databaseName = ({ name, schema, server }: DatabaseIdentity): string =>
  name === '' && schema !== '' && server !== '' ? `${server}/${schema}` : name;

/**
 * Two access points may name one database. What either leaves open counts as equal: a database shared by mistake costs
 * interactions, a false alarm costs a look. `unclear`: everything agrees but the machine, which is written in two ways
 * that nothing here can tell apart or bring together.
 */
export function compareDatabases(a: DatabaseIdentity, b: DatabaseIdentity, hosts: HostNames): Sameness {
  if (databaseName(a) === '' || databaseName(b) === '') return 'different';
  const agrees =
    sameOrOpen(a.engine, b.engine, '') &&
    a.schema === b.schema &&
    (a.schema === '' ? a.name === b.name : sameOrOpen(a.name, b.name, '')) &&
    sameOrOpen(a.port, b.port, null);
  if (!agrees) return 'different';
  const machines = compareMachines(a, b, hosts);
  // A port says which instance it is whatever its name is.
  const isInstanceOpen = a.instance !== b.instance && (a.port === null || b.port === null);
  return machines === 'same' && isInstanceOpen ? 'unclear' : machines;
}

const sameOrOpen = <T>(a: T, b: T, open: T): boolean => a === open || b === open || a === b;
