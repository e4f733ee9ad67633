import type { Ace, ConfigObject, Id, RecordKind, Records, Server, StoredRecord } from './records.js';
import { keyOf } from './records.js';
import { Type } from './ids.js';
import { classOf } from './classes/all-classes.js';
import { backupOf, connectionsOf, membersOf, nameOf, tenantOf } from './object-views.js';

/** What rules read: the world itself, or the world with a draft of changes over it. */
export interface Reading {
  object(type: number, dbid: number): ConfigObject | undefined;
  acl(object: Id): readonly Ace[];
  account(applicationDbid: number): Id | undefined;
  server(applicationDbid: number): Server | undefined;
  setting(key: string): Records['setting'] | undefined;
}

/** Key → set, kept without empty sets. */
class Index {
  private readonly sets = new Map<string, Set<number>>();

  add(key: string, dbid: number): void {
    const set = this.sets.get(key);
    if (set) set.add(dbid);
    else this.sets.set(key, new Set([dbid]));
  }

  remove(key: string, dbid: number): void {
    const set = this.sets.get(key);
    if (set?.delete(dbid) && set.size === 0) this.sets.delete(key);
  }

  get(key: string): readonly number[] {
    const set = this.sets.get(key);
    return set ? [...set] : [];
  }
}

/** Everything that stands in the configuration database and in SCS, indexed for thousands of reads a second. */
export class World implements Reading {
  private readonly objects = new Map<number, Map<number, ConfigObject>>();
  private readonly acls = new Map<string, readonly Ace[]>();
  private readonly accounts = new Map<string, Id>();
  private readonly servers = new Map<string, Server>();
  private readonly counters = new Map<string, number>();
  private readonly settings = new Map<string, Records['setting']>();
  private readonly byValue = new Index();
  private readonly byTenant = new Index();
  private readonly groupsByMember = new Index();
  private readonly clients = new Index();
  private readonly primaries = new Index();
  private readonly bound = new Index();

  constructor(records: Iterable<StoredRecord> = []) {
    for (const record of records) this.put(record);
  }

  object(type: number, dbid: number): ConfigObject | undefined {
    return this.objects.get(type)?.get(dbid);
  }
  all(type: number): Iterable<ConfigObject> {
    return this.objects.get(type)?.values() ?? [];
  }
  types(): Iterable<number> {
    return this.objects.keys();
  }
  acl(object: Id): readonly Ace[] {
    return this.acls.get(keyOf(object)) ?? [];
  }
  aclKeys(): Iterable<string> {
    return this.acls.keys();
  }
  account(applicationDbid: number): Id | undefined {
    return this.accounts.get(String(applicationDbid));
  }
  server(applicationDbid: number): Server | undefined {
    return this.servers.get(String(applicationDbid));
  }
  serverDbids(): number[] {
    return [...this.servers.keys()].map(Number);
  }
  setting(key: string): Records['setting'] | undefined {
    return this.settings.get(key);
  }
  counter(type: number): number {
    return this.counters.get(String(type)) ?? 100;
  }

  /** DBIDs of the objects whose unique attribute holds this value. */
  having(type: number, attribute: string, value: string): readonly number[] {
    return this.byValue.get(`${type}|${attribute}|${value}`);
  }
  named(type: number, name: string, tenantDbid?: number): ConfigObject | undefined {
    const found = this.having(type, classOf(type).nameAttribute, name).map((dbid) => this.object(type, dbid));
    return found.find((o) => o !== undefined && (tenantDbid === undefined || tenantOf(o) === tenantDbid));
  }
  ofTenant(type: number, tenantDbid: number): readonly number[] {
    return this.byTenant.get(`${type}|${tenantDbid}`);
  }
  groupsOf(personDbid: number): readonly number[] {
    return this.groupsByMember.get(String(personDbid));
  }
  clientsOf(applicationDbid: number): readonly number[] {
    return this.clients.get(String(applicationDbid));
  }
  /** The applications whose backup this is; the rules keep it at one. */
  primariesOf(applicationDbid: number): readonly number[] {
    return this.primaries.get(String(applicationDbid));
  }
  boundTo(account: Id): readonly number[] {
    return this.bound.get(keyOf(account));
  }

  put(record: StoredRecord): void {
    const { key } = record;
    switch (record.kind) {
      case 'object': {
        const old = this.object(record.body.type, record.body.dbid);
        if (old) this.unindex(old);
        const ofType = this.objects.get(record.body.type);
        if (ofType) ofType.set(record.body.dbid, record.body);
        else this.objects.set(record.body.type, new Map([[record.body.dbid, record.body]]));
        this.index(record.body);
        return;
      }
      case 'acl':
        this.acls.set(key, record.body);
        return;
      case 'account': {
        const old = this.accounts.get(key);
        if (old) this.bound.remove(keyOf(old), Number(key));
        this.accounts.set(key, record.body);
        this.bound.add(keyOf(record.body), Number(key));
        return;
      }
      case 'server':
        this.servers.set(key, record.body);
        return;
      case 'counter':
        this.counters.set(key, record.body);
        return;
      case 'setting':
        this.settings.set(key, record.body);
        return;
    }
  }

  remove(kind: RecordKind, key: string): void {
    switch (kind) {
      case 'object': {
        const [type = 0, dbid = 0] = key.split('/').map(Number);
        const old = this.object(type, dbid);
        if (old) this.unindex(old);
        this.objects.get(type)?.delete(dbid);
        return;
      }
      case 'acl':
        this.acls.delete(key);
        return;
      case 'account': {
        const old = this.accounts.get(key);
        if (old) this.bound.remove(keyOf(old), Number(key));
        this.accounts.delete(key);
        return;
      }
      case 'server':
        this.servers.delete(key);
        return;
      case 'counter':
        this.counters.delete(key);
        return;
      case 'setting':
        this.settings.delete(key);
        return;
    }
  }

  private index(o: ConfigObject): void {
    this.eachIndexEntry(o, (index, key) => index.add(key, o.dbid));
  }
  private unindex(o: ConfigObject): void {
    this.eachIndexEntry(o, (index, key) => index.remove(key, o.dbid));
  }
  private eachIndexEntry(o: ConfigObject, each: (index: Index, key: string) => void): void {
    const spec = classOf(o.type);
    for (const { attribute } of spec.unique)
      each(this.byValue, `${o.type}|${attribute}|${o.scalars[attribute] ?? ''}`);
    if (spec.unique.length === 0) each(this.byValue, `${o.type}|${spec.nameAttribute}|${nameOf(o)}`);
    if (o.scalars['tenantDBID'] !== undefined) each(this.byTenant, `${o.type}|${tenantOf(o)}`);
    for (const member of membersOf(o)) each(this.groupsByMember, String(member));
    if (o.type !== Type.application) return;
    for (const server of connectionsOf(o)) each(this.clients, String(server));
    const backup = backupOf(o);
    if (backup > 0) each(this.primaries, String(backup));
  }
}
