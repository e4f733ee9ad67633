import type { ClassSpec, ListSpec } from '../world/classes/class-spec.js';
import type { Delta } from '../world/delta.js';
import type { NewObject } from '../world/objects.js';
import type { Item, KeyValues } from '../world/records.js';
import type { Switches } from '../world/switches.js';
import type { Json } from './reader.js';
import { missing, notValid, object, Reader } from './reader.js';

export function parseBody(text: string): Json {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw notValid('The body is not JSON');
  }
  return object('The body', body);
}

/** Body of POST: one member named like the singular, with the attributes and no DBID. */
export function decodeNew(body: Json, spec: ClassSpec, switches: Switches): NewObject {
  if (body[spec.singular] === undefined) throw missing(spec.singular);
  const reader = new Reader(spec, switches);
  const keyValues: Record<string, KeyValues> = {};
  const lists: Record<string, readonly Item[]> = {};
  const annexOutside = spec.base !== undefined && switches.groupAnnex === 'beside';
  const read = (members: Json, isOutside: boolean): void => {
    for (const [name, value] of Object.entries(members)) {
      const list = spec.lists.find((l) => l.name === name);
      const belongs = spec.base === undefined || (spec.attributes[name]?.outside === true) === isOutside;
      if (isOutside && name === spec.base) read(object(name, value), false);
      else if (name === 'DBID' && switches.dbidInPost === 'ignored') continue;
      else if (list && (spec.base === undefined || isOutside)) lists[name] = reader.items(list, value);
      else if (spec.keyValues.includes(name) && (spec.base === undefined || annexOutside === isOutside))
        keyValues[name] = reader.keyValues(name, value);
      else if (!belongs || !reader.attribute(name, value)) reader.unknown(name);
    }
  };
  read(object(spec.singular, body[spec.singular]), spec.base !== undefined);
  const secret = reader.passwordHash === undefined ? {} : { passwordHash: reader.passwordHash };
  return { scalars: reader.scalars, nested: reader.nested, keyValues, lists, ...secret };
}

const capital = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

/**
 * Body of PUT: `delta-<singular>` with the base class's structure (DBID and changed attributes) and, as its siblings or
 * one level down in a `CfgDelta…`, the added, changed and deleted parts of lists.
 */
export function decodeDelta(body: Json, spec: ClassSpec, switches: Switches): Delta & { dbid: number } {
  const outerName = `delta-${spec.singular}`;
  if (body[outerName] === undefined) throw missing(outerName);
  const reader = new Reader(spec, switches);
  const base = spec.base ?? spec.className;
  const deltaNames = [`CfgDelta${base.slice(3)}`, `CfgDelta${spec.className.slice(3)}`];
  const keyValues: Record<string, { set: KeyValues; deleted: KeyValues }> = {};
  const lists: Record<string, { added: Item[]; changed: Item[]; deleted: Item[] }> = {};
  let dbid = 0;

  const listPart = (name: string): { list: ListSpec; part: 'added' | 'changed' | 'deleted' } | null => {
    for (const list of spec.lists) {
      const isMembers = list.name === 'memberIDs';
      const added =
        isMembers && switches.membersSpelling !== 'memberIDs' ? `added${capital(list.name)}` : list.name;
      const alsoPlain = isMembers && switches.membersSpelling === 'both' && name === list.name;
      if (name === added || alsoPlain) return { list, part: 'added' };
      if (name === list.deleted) return { list, part: 'deleted' };
      if (name === list.changed) return { list, part: 'changed' };
    }
    return null;
  };
  const keyValuePart = (name: string): { list: string; deleted: boolean } | null => {
    for (const list of spec.keyValues) {
      if (name === list || name === `changed${capital(list)}`) return { list, deleted: false };
      if (name === `deleted${capital(list)}`) return { list, deleted: true };
    }
    return null;
  };
  const { membersIn } = switches;
  const isElsewhere = (list: ListSpec | undefined, level: string): boolean =>
    list?.name === 'memberIDs' &&
    membersIn !== 'either' &&
    (membersIn === 'CfgDeltaGroup') !== (level === 'inner');
  const read = (members: Json, level: 'delta' | 'inner' | 'base'): void => {
    for (const [name, value] of Object.entries(members)) {
      const found = level === 'base' ? null : listPart(name);
      const inList = isElsewhere(found?.list, level) ? null : found;
      const inKeyValues = keyValuePart(name);
      if (level !== 'base' && name === base) read(object(name, value), 'base');
      else if (level === 'delta' && deltaNames.includes(name)) read(object(name, value), 'inner');
      else if (level === 'base' && name === 'DBID') dbid = Number(reader.scalar(name, value));
      else if (inList) {
        const parts = (lists[inList.list.name] ??= { added: [], changed: [], deleted: [] });
        parts[inList.part].push(...reader.items(inList.list, value));
      } else if (inKeyValues) {
        const parts = (keyValues[inKeyValues.list] ??= { set: {}, deleted: {} });
        const sections = reader.keyValues(name, value);
        keyValues[inKeyValues.list] = inKeyValues.deleted
          ? { ...parts, deleted: sections }
          : { ...parts, set: { ...parts.set, ...sections } };
      } else if (level !== 'base' && !spec.attributes[name]?.outside) reader.unknown(name);
      else if (!reader.attribute(name, value)) reader.unknown(name);
    }
  };
  read(object(outerName, body[outerName]), 'delta');
  if (!Number.isInteger(dbid) || dbid <= 0) throw missing(`${base}.DBID`);
  const secret = reader.passwordHash === undefined ? {} : { passwordHash: reader.passwordHash };
  return { dbid, scalars: reader.scalars, nested: reader.nested, keyValues, lists, ...secret };
}
