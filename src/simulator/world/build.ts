import { createHash } from 'node:crypto';
import { allClasses, classOf } from './classes/all-classes.js';
import { Access, AppType, Flag, GroupType, Status, Type, WellKnown } from './ids.js';
import type {
  Ace,
  Behaviour,
  ConfigObject,
  Id,
  Item,
  KeyValues,
  Scalars,
  Server,
  StoredRecord,
} from './records.js';
import { keyOf } from './records.js';
import { stoppedServer } from './servers.js';
import type { FullWorldSpec } from './spec.js';
import { users } from './spec.js';

export const passwordHash = (password: string): string => createHash('sha256').update(password).digest('hex');

interface Parts {
  scalars: Scalars;
  keyValues?: Readonly<Record<string, KeyValues>>;
  lists?: Readonly<Record<string, readonly Item[]>>;
  nested?: Readonly<Record<string, Scalars>>;
  grants?: Readonly<Record<string, number>>;
  passwordHash?: string;
}

const ENVIRONMENT = 'Environment';
const SUPER = 'Super Administrators';
const OBSERVERS = 'Observers';
/** Read and Read permissions. */
const OBSERVE = Access.read | Access.readPermissions;

/** Turns a world in words into records. @throws Error naming what a name does not resolve to */
export function buildWorld(spec: FullWorldSpec): StoredRecord[] {
  return new Builder(spec).build();
}

class Builder {
  private readonly objects: ConfigObject[] = [];
  private readonly names = new Map<string, number>();
  private readonly grants = new Map<string, Readonly<Record<string, number>>>();
  private readonly counters = new Map<number, number>();
  private readonly folders = new Map<string, number>();
  private readonly records: StoredRecord[] = [];

  constructor(private readonly spec: FullWorldSpec) {}

  build(): StoredRecord[] {
    this.tenantsAndFolders();
    this.people();
    for (const host of this.spec.hosts)
      this.add(Type.host, {
        scalars: { name: host.name, IPaddress: host.address ?? '127.0.0.1' },
        grants: host.grants ?? {},
      });
    this.tenantObjects();
    this.applications();
    for (const object of this.objects) {
      this.records.push({ kind: 'object', key: keyOf(object), body: object });
      this.records.push({ kind: 'acl', key: keyOf(object), body: this.aclOf(object) });
    }
    for (const [type, last] of this.counters)
      this.records.push({ kind: 'counter', key: String(type), body: last });
    return this.records;
  }

  private tenantsAndFolders(): void {
    this.add(
      Type.folder,
      { scalars: { name: 'Configuration', type: '0', ownerDBID: '0' } },
      WellKnown.rootFolder,
    );
    this.add(
      Type.tenant,
      { scalars: { name: ENVIRONMENT }, ...grantsOf(this.spec.tenants.find((t) => t.name === ENVIRONMENT)) },
      WellKnown.environmentTenant,
    );
    for (const tenant of this.spec.tenants)
      if (tenant.name !== ENVIRONMENT)
        this.add(Type.tenant, { scalars: { name: tenant.name }, ...grantsOf(tenant) });
    for (const tenant of this.objects.filter((o) => o.type === Type.tenant))
      for (const { type, collection } of allClasses) {
        if (
          type === Type.folder ||
          (tenant.dbid !== WellKnown.environmentTenant && !('tenantDBID' in classOf(type).attributes))
        )
          continue;
        const name =
          tenant.dbid === WellKnown.environmentTenant
            ? collection
            : `${tenant.scalars['name'] ?? ''} ${collection}`;
        const folder = this.add(Type.folder, {
          scalars: { name, type: String(type), ownerDBID: String(tenant.dbid) },
        });
        this.folders.set(`${type}|${tenant.dbid}`, folder.dbid);
      }
  }

  private people(): void {
    const defaults = (tenant: string): void => {
      for (const [name, type] of [
        ['Users', GroupType.users],
        ['Administrators', GroupType.administrators],
      ] as const)
        this.group(name, tenant, { type });
    };
    this.group('EVERYONE', ENVIRONMENT, { type: GroupType.everyone, dbid: WellKnown.everyoneGroup });
    this.group('SYSTEM', ENVIRONMENT, { type: GroupType.system, dbid: WellKnown.systemGroup });
    this.person({ userName: 'default', employeeId: 'default', password: 'password' }, WellKnown.defaultUser);
    this.person({
      ...users.onboarding,
      employeeId: 'ONBOARDING',
      firstName: 'Solution',
      lastName: 'onboarding',
    });
    this.person({ ...users.observer, employeeId: 'OBSERVER', firstName: 'Read', lastName: 'only' });
    for (const person of this.spec.persons) this.person(person);
    this.group(SUPER, ENVIRONMENT, {
      type: GroupType.superAdministrators,
      members: ['default', users.onboarding.userName],
    });
    defaults(ENVIRONMENT);
    this.group(OBSERVERS, ENVIRONMENT, { members: [users.observer.userName] });
    for (const { name } of this.spec.tenants) if (name !== ENVIRONMENT) defaults(name);
    for (const { name, tenant, ...rest } of this.spec.accessGroups)
      this.group(name, tenant ?? ENVIRONMENT, rest);
  }

  private person(p: FullWorldSpec['persons'][number], dbid?: number): void {
    const {
      userName,
      employeeId,
      firstName = '',
      lastName = '',
      tenant = ENVIRONMENT,
      password,
      isAgent = false,
    } = p;
    const tenantDBID = String(this.find(Type.tenant, tenant));
    const scalars = {
      userName,
      employeeID: employeeId,
      firstName,
      lastName,
      tenantDBID,
      isAgent: isAgent ? Flag.true : Flag.false,
    };
    const secret = password === undefined ? {} : { passwordHash: passwordHash(password) };
    this.add(Type.person, { scalars, ...annexOf(p), ...grantsOf(p), ...secret }, dbid);
  }

  private group(
    name: string,
    tenant: string,
    g: {
      type?: number;
      dbid?: number;
      members?: string[] | undefined;
      grants?: Record<string, number> | undefined;
      annex?: KeyValues | undefined;
    },
  ): void {
    const scalars = {
      name,
      tenantDBID: String(this.find(Type.tenant, tenant)),
      type: String(g.type ?? GroupType.ordinary),
    };
    const memberIDs = (g.members ?? []).map((m) => ({
      CSID: '0',
      DBID: String(this.find(Type.person, m)),
      type: String(Type.person),
    }));
    this.add(Type.accessGroup, { scalars, lists: { memberIDs }, ...annexOf(g), ...grantsOf(g) }, g.dbid);
  }

  private tenantObjects(): void {
    const each = (
      type: number,
      list: readonly {
        name: string;
        tenant?: string | undefined;
        type?: number;
        grants?: Record<string, number> | undefined;
        annex?: KeyValues | undefined;
      }[],
    ): void => {
      for (const o of list) {
        const scalars = { name: o.name, tenantDBID: String(this.find(Type.tenant, o.tenant ?? ENVIRONMENT)) };
        const subtype = o.type === undefined ? {} : { type: String(o.type) };
        this.add(type, { scalars: { ...scalars, ...subtype }, ...annexOf(o), ...grantsOf(o) });
      }
    };
    each(Type.script, this.spec.scripts);
    each(Type.enumerator, this.spec.enumerators);
    each(Type.transaction, this.spec.transactions);
  }

  private applications(): void {
    const builtIn: FullWorldSpec['applications'] = [
      {
        name: 'confserv',
        type: AppType.configurationServer,
        status: 'running',
        options: { security: { 'no-default-access': '0' } },
      },
    ];
    const all = [...builtIn, ...this.spec.applications];
    all.forEach((a, i) =>
      this.names.set(`${Type.application}||${a.name}`, i === 0 ? WellKnown.configurationServer : 100 + i),
    );
    const backups = new Set(all.map((a) => a.backup).filter((name) => name !== undefined));
    const byName = new Map(all.map((a) => [a.name, a]));
    const primaries = new Map(all.filter((a) => a.backup !== undefined).map((a) => [a.backup, a]));
    for (const a of all) {
      const linked = primaries.get(a.name) ?? a;
      const tenantDBIDs = (linked.tenants ?? [ENVIRONMENT]).map((t) => String(this.find(Type.tenant, t)));
      const appServerDBIDs = (linked.connections ?? []).map((c) =>
        connection(this.find(Type.application, c)),
      );
      const hostDBID = a.host === undefined ? '0' : String(this.find(Type.host, a.host));
      const backupServerDBID = a.backup === undefined ? '0' : String(this.find(Type.application, a.backup));
      const isServer = a.isServer ?? true;
      const object = this.add(
        Type.application,
        {
          scalars: {
            name: a.name,
            type: String(a.type),
            isServer: isServer ? Flag.true : Flag.false,
            isPrimary: backups.has(a.name) ? Flag.false : Flag.true,
            redundancyType: a.backup !== undefined || backups.has(a.name) ? '2' : '1',
          },
          lists: {
            tenantDBIDs,
            appServerDBIDs,
            portInfos: a.port === undefined ? [] : [{ id: 'default', port: a.port, connProtocol: '' }],
          },
          nested: { serverInfo: { hostDBID, port: a.port ?? '', backupServerDBID } },
          keyValues: { options: a.options ?? {}, userProperties: a.annex ?? {} },
          ...grantsOf(a),
        },
        this.find(Type.application, a.name),
      );
      if (isServer)
        this.serverRecords(
          object,
          a,
          primaries.has(a.name) && byName.get(primaries.get(a.name)?.name ?? '')?.status === 'running',
        );
    }
  }

  private serverRecords(
    object: ConfigObject,
    a: FullWorldSpec['applications'][number],
    partnerLeads: boolean,
  ): void {
    const account: Id =
      a.account === undefined
        ? { type: Type.accessGroup, dbid: WellKnown.systemGroup }
        : 'person' in a.account
          ? { type: Type.person, dbid: this.find(Type.person, a.account.person) }
          : { type: Type.accessGroup, dbid: this.find(Type.accessGroup, a.account.group, ENVIRONMENT) };
    this.records.push({ kind: 'account', key: String(object.dbid), body: account });
    const behaviour: Behaviour = {
      ...(a.startupMs === undefined ? {} : { startupMs: a.startupMs }),
      ...(a.shutdownMs === undefined ? {} : { shutdownMs: a.shutdownMs }),
      ...(a.needsRead === undefined
        ? {}
        : {
            needsRead: a.needsRead.map((r) => ({ type: r.type, dbid: this.find(r.type, r.name, r.tenant) })),
          }),
    };
    const runs = a.status === 'running';
    const body: Server = {
      ...stoppedServer,
      behaviour,
      status: runs ? Status.running : Status.stopped,
      runMode: runs ? (partnerLeads ? 'backup' : 'primary') : 'none',
      runningAs: runs ? account : null,
      clock: { ...stoppedServer.clock, hasRun: runs },
    };
    this.records.push({ kind: 'server', key: String(object.dbid), body });
  }

  private add(type: number, parts: Parts, fixed?: number): ConfigObject {
    const spec = classOf(type);
    const scalars: Record<string, string> = {};
    for (const [name, { initial }] of Object.entries(spec.attributes)) {
      const value = parts.scalars[name] ?? initial;
      if (value !== undefined) scalars[name] = value;
    }
    const nested: Record<string, Scalars> = {};
    for (const [name, given] of Object.entries(parts.nested ?? {})) {
      const attributes = spec.nested.find((n) => n.attribute === name)?.attributes ?? {};
      nested[name] = {
        ...Object.fromEntries(Object.entries(attributes).map(([k, a]) => [k, a.initial ?? ''])),
        ...given,
      };
    }
    const last = this.counters.get(type) ?? (type === Type.folder ? WellKnown.rootFolder : 100);
    const dbid = fixed ?? last + 1;
    this.counters.set(type, Math.max(last, dbid));
    const tenant = scalars['tenantDBID'] ?? '';
    const folderDbid =
      this.folders.get(`${type}|${tenant === '' ? WellKnown.environmentTenant : tenant}`) ??
      WellKnown.rootFolder;
    const { keyValues = {}, lists = {} } = parts;
    const object: ConfigObject = {
      type,
      dbid,
      folderDbid,
      scalars,
      keyValues,
      lists,
      nested,
      ...(parts.passwordHash === undefined ? {} : { passwordHash: parts.passwordHash }),
    };
    this.objects.push(object);
    this.names.set(
      `${type}|${type === Type.person ? '' : tenant}|${scalars[spec.nameAttribute] ?? ''}`,
      dbid,
    );
    this.grants.set(keyOf(object), parts.grants ?? {});
    return object;
  }

  /** @param tenant its name; absent for what is unique in the whole database */
  private find(type: number, name: string, tenant?: string): number {
    const needsTenant = type !== Type.person && 'tenantDBID' in classOf(type).attributes;
    const owner = needsTenant ? String(this.find(Type.tenant, tenant ?? ENVIRONMENT)) : '';
    const dbid = this.names.get(`${type}|${owner}|${name}`);
    if (dbid === undefined)
      throw new Error(`world: no ${classOf(type).singular} named ${JSON.stringify(name)}`);
    return dbid;
  }

  private aclOf(object: ConfigObject): Ace[] {
    const own = object.scalars['tenantDBID'] ?? String(WellKnown.environmentTenant);
    const group = (name: string): number =>
      this.names.get(`${Type.accessGroup}|${own}|${name}`) ?? this.find(Type.accessGroup, name, ENVIRONMENT);
    const masks: Record<string, number> = {
      SYSTEM: Access.all,
      [SUPER]: Access.all,
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

const grantsOf = (
  o: { grants?: Record<string, number> | undefined } | undefined,
): { grants?: Record<string, number> } => (o?.grants === undefined ? {} : { grants: o.grants });
const annexOf = (o: { annex?: KeyValues | undefined }): { keyValues?: Record<string, KeyValues> } =>
  o.annex === undefined ? {} : { keyValues: { userProperties: o.annex } };

const connection = (dbid: number): Scalars => ({
  appServerDBID: String(dbid),
  connProtocol: 'addp',
  timoutLocal: '7',
  timoutRemote: '11',
  mode: '3',
  id: 'default',
  transportParams: '',
  appParams: '',
  proxyParams: '',
  description: '',
});
