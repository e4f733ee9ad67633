import { passwordHash } from '../world/password.js';
import type { ClassSpec, ListSpec } from '../world/classes/class-spec.js';
import type { Delta } from '../world/delta.js';
import type { NewObject } from '../world/objects.js';
import type { Item, KeyValues, Scalars } from '../world/records.js';
import type { Switches } from '../world/switches.js';
import { GwsError, GwsStatus } from './envelope.js';

type Json = Record<string, unknown>;

const notValid = (message: string): GwsError => new GwsError(400, GwsStatus.notValid, message);
const missing = (name: string): GwsError =>
  new GwsError(400, GwsStatus.parameterMissing, `Required parameter is missing: ${name}`);

/** One body being read; collects what belongs to the object and refuses or skips the rest, as the switches say. */
class Reader {
  readonly scalars: Record<string, string> = {};
  readonly nested: Record<string, Scalars> = {};
  passwordHash: string | undefined;

  constructor(
    readonly spec: ClassSpec,
    readonly switches: Switches,
  ) {}

  unknown(name: string): void {
    if (this.switches.unknownMembers === 'refused') throw notValid(`Unknown attribute: ${name}`);
  }

  scalar(name: string, value: unknown): string {
    if (typeof value === 'string') return value;
    if (typeof value === 'number' && this.switches.numbersInBody === 'accepted') return String(value);
    throw notValid(`Attribute ${name} must be a string`);
  }

  /** @returns false when the class has no such attribute */
  attribute(name: string, value: unknown): boolean {
    const attribute = this.spec.attributes[name];
    if (attribute) {
      const given = this.scalar(name, value);
      if (attribute.readOnly) throw notValid(`Attribute ${name} is read-only`);
      if (attribute.kind !== 'string' && !/^\d+$/.test(given))
        throw notValid(`Attribute ${name} is not a number`);
      if (attribute.maxLength !== undefined && given.length > attribute.maxLength)
        throw notValid(`Attribute ${name} is too long`);
      if (name === 'password') this.passwordHash = passwordHash(given);
      else this.scalars[name] = given;
      return true;
    }
    const structure = this.spec.nested.find(
      (n) => name === (n.attribute === 'serverInfo' ? this.switches.serverInfoMember : n.member),
    );
    if (!structure) return false;
    const read: Record<string, string> = {};
    for (const [key, v] of Object.entries(object(name, value))) {
      if (key in structure.attributes) read[key] = this.scalar(key, v);
      else this.unknown(`${name}.${key}`);
    }
    this.nested[structure.attribute] = read;
    return true;
  }

  keyValues(name: string, value: unknown): KeyValues {
    const sections: Record<string, Scalars> = {};
    for (const [section, keys] of Object.entries(object(name, value))) {
      const read = Object.entries(object(`${name}.${section}`, keys)).map(([key, v]) => [
        key,
        this.scalar(key, v),
      ]);
      sections[section] = Object.fromEntries(read) as Scalars;
    }
    return sections;
  }

  items(spec: ListSpec, value: unknown): Item[] {
    const list: unknown[] = Array.isArray(value) ? value : [value];
    return list.map((item) => {
      if (spec.key === undefined) return this.scalar(spec.name, item);
      const wrapped = object(spec.name, item);
      const bare = object(
        spec.name,
        wrapped['cfgID'] ?? wrapped['CfgID'] ?? wrapped['CfgConnInfo'] ?? wrapped,
      );
      const read = Object.fromEntries(Object.entries(bare).map(([key, v]) => [key, this.scalar(key, v)]));
      if (read[spec.key] === undefined) throw missing(`${spec.name}.${spec.key}`);
      if (spec.name === 'memberIDs' && read['type'] !== '3') throw notValid('Only persons can be members');
      return spec.name === 'memberIDs' ? { CSID: '0', ...read } : read;
    });
  }
}

function object(name: string, value: unknown): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw notValid(`${name} must be an object`);
  return value as Json;
}

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
  const read = (members: Json, level: 'delta' | 'base'): void => {
    for (const [name, value] of Object.entries(members)) {
      const inList = level === 'delta' ? listPart(name) : null;
      const inKeyValues = keyValuePart(name);
      if (level === 'delta' && name === base) read(object(name, value), 'base');
      else if (level === 'delta' && deltaNames.includes(name)) read(object(name, value), 'delta');
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
      } else if (level === 'delta' && !spec.attributes[name]?.outside) reader.unknown(name);
      else if (!reader.attribute(name, value)) reader.unknown(name);
    }
  };
  read(object(outerName, body[outerName]), 'delta');
  if (!Number.isInteger(dbid) || dbid <= 0) throw missing(`${base}.DBID`);
  const secret = reader.passwordHash === undefined ? {} : { passwordHash: reader.passwordHash };
  return { dbid, scalars: reader.scalars, nested: reader.nested, keyValues, lists, ...secret };
}
