import { classOf } from './classes/all-classes.js';
import { Access, Type, WellKnown } from './ids.js';
import type { Ace, ConfigObject, Id, Item, KeyValues, Scalars, Server, StoredRecord } from './records.js';
import { keyOf } from './records.js';

export const ENVIRONMENT = 'Environment';
export const SUPER_ADMINISTRATORS = 'Super Administrators';
export const OBSERVERS = 'Observers';
const OBSERVE = Access.read | Access.readPermissions;

/** A world in words that does not fit together. */
export class WorldError extends Error {}

interface Parts {
  readonly scalars: Scalars;
  readonly keyValues?: Readonly<Record<string, KeyValues>>;
  readonly lists?: Readonly<Record<string, readonly Item[]>>;
  readonly nested?: Readonly<Record<string, Scalars>>;
  readonly passwordHash?: string;
  /** Name of an access group → mask, beside what every object grants. */
  readonly grants?: Readonly<Record<string, number>>;
}

/** Collects the objects of a world in words, gives out DBIDs and resolves names. */
export class WorldBuilder {
  private readonly objects: ConfigObject[] = [];
  private readonly names = new Map<string, number>();
  private readonly grants = new Map<string, Readonly<Record<string, number>>>();
  private readonly counters = new Map<number, number>();
  private readonly folders = new Map<string, number>();
  private readonly servers: StoredRecord[] = [];

  /** @param fixed the DBID, where it is not the next one. @throws WorldError when the name is taken */
  add(type: number, parts: Parts, fixed?: number): ConfigObject {
    const spec = classOf(type);
    const scalars: Record<string, string> = {};
    for (const [name, { initial }] of Object.entries(spec.attributes)) {
      const value = parts.scalars[name] ?? initial;
      if (value !== undefined) scalars[name] = value;
    }
    const nested: Record<string, Scalars> = {};
    for (const [name, given] of Object.entries(parts.nested ?? {})) {
      const attributes = spec.nested.find((n) => n.attribute === name)?.attributes ?? {};
      const initial = Object.entries(attributes).map(([key, a]) => [key, a.initial ?? '']);
      nested[name] = { ...Object.fromEntries(initial), ...given } as Scalars;
    }
    const name = scalars[spec.nameAttribute] ?? '';
    const owner = type === Type.person ? '' : (scalars['tenantDBID'] ?? '');
    const dbid = this.reserve(type, owner, name, fixed);
    const folderOwner = scalars['tenantDBID'] ?? String(WellKnown.environmentTenant);
    const object: ConfigObject = {
      type,
      dbid,
      folderDbid: this.folders.get(`${type}|${folderOwner}`) ?? WellKnown.rootFolder,
      scalars,
      keyValues: parts.keyValues ?? {},
      lists: parts.lists ?? {},
      nested,
      ...(parts.passwordHash === undefined ? {} : { passwordHash: parts.passwordHash }),
    };
    if (type === Type.folder)
      this.folders.set(`${scalars['type'] ?? ''}|${scalars['ownerDBID'] ?? ''}`, dbid);
    this.objects.push(object);
    this.grants.set(keyOf(object), parts.grants ?? {});
    return object;
  }

  addServer(applicationDbid: number, account: Id, server: Server): void {
    this.servers.push({ kind: 'account', key: String(applicationDbid), body: account });
    this.servers.push({ kind: 'server', key: String(applicationDbid), body: server });
  }

  /** A DBID for a name that others refer to before its object is added. */
  reserve(type: number, owner: string, name: string, fixed?: number): number {
    const key = `${type}|${owner}|${name}`;
    const known = this.names.get(key);
    if (known !== undefined) {
      if (fixed === known) return known;
      throw new WorldError(`two of ${classOf(type).collection} are named ${JSON.stringify(name)}`);
    }
    const last = this.counters.get(type) ?? (type === Type.folder ? WellKnown.rootFolder : 100);
    const dbid = fixed ?? last + 1;
    this.counters.set(type, Math.max(last, dbid));
    this.names.set(key, dbid);
    return dbid;
  }

  /** @param tenant its name, Environment by default; without meaning for what is unique in the whole database */
  find(type: number, name: string, tenant = ENVIRONMENT): number {
    const isOwned = type !== Type.person && 'tenantDBID' in classOf(type).attributes;
    const owner = isOwned ? String(this.find(Type.tenant, tenant)) : '';
    const dbid = this.names.get(`${type}|${owner}|${name}`);
    if (dbid === undefined)
      throw new WorldError(`no ${classOf(type).singular} named ${JSON.stringify(name)}`);
    return dbid;
  }

  records(): StoredRecord[] {
    const objects = this.objects.flatMap((object): StoredRecord[] => [
      { kind: 'object', key: keyOf(object), body: object },
      { kind: 'acl', key: keyOf(object), body: this.aclOf(object) },
    ]);
    const counters = [...this.counters].map(([type, last]): StoredRecord => ({
      kind: 'counter',
      key: String(type),
      body: last,
    }));
    return [...objects, ...this.servers, ...counters];
  }

  private aclOf(object: ConfigObject): Ace[] {
    const own = object.scalars['tenantDBID'] ?? String(WellKnown.environmentTenant);
    const group = (name: string): number =>
      this.names.get(`${Type.accessGroup}|${own}|${name}`) ?? this.find(Type.accessGroup, name);
    const masks: Record<string, number> = {
      SYSTEM: Access.all,
      [SUPER_ADMINISTRATORS]: Access.all,
      Administrators: Access.all,
      [OBSERVERS]: OBSERVE,
      ...this.grants.get(keyOf(object)),
    };
    return Object.entries(masks).map(([name, accessMask]) => ({
      account: { type: Type.accessGroup, dbid: group(name) },
      accessMask,
    }));
  }
}
