import { classOf } from './classes/all-classes.js';
import { Flag, Type } from './ids.js';
import type { ConfigObject, Item } from './records.js';

export const nameOf = (o: ConfigObject): string => o.scalars[classOf(o.type).nameAttribute] ?? '';
/** 0 for what belongs to no tenant (applications, hosts, tenants). */
export const tenantOf = (o: ConfigObject): number => Number(o.scalars['tenantDBID'] ?? 0);

const items = (o: ConfigObject, list: string): readonly Item[] => o.lists[list] ?? [];
const numbers = (o: ConfigObject, list: string, key: string): number[] =>
  items(o, list).map((item) => Number(typeof item === 'string' ? item : item[key]));

export const membersOf = (o: ConfigObject): number[] => numbers(o, 'memberIDs', 'DBID');
export const connectionsOf = (o: ConfigObject): number[] => numbers(o, 'appServerDBIDs', 'appServerDBID');
export const tenantsOf = (o: ConfigObject): number[] => numbers(o, 'tenantDBIDs', 'DBID');
/** 0 when it has none. */
export const backupOf = (o: ConfigObject): number =>
  Number(o.nested['serverInfo']?.['backupServerDBID'] ?? 0);
export const hostOf = (o: ConfigObject): number => Number(o.nested['serverInfo']?.['hostDBID'] ?? 0);
export const isServer = (o: ConfigObject): boolean =>
  o.type === Type.application && o.scalars['isServer'] === Flag.true;
