import { singleConnectionTypes } from '../../config/single-connection.js';
import { defaultConventions } from '../../config/conventions.js';
import type { TargetConfig } from '../../config/target-config.js';
import { CallError } from '../../saga/call-error.js';
import type { Call } from '../../saga/call.js';
import type { ApplicationStatus, RunMode } from '../ports/application-control.js';
import { ApplicationControl } from '../ports/application-control.js';
import type { HeldClaim } from '../ports/claims.js';
import { Claims } from '../ports/claims.js';
import type {
  Annex,
  Filters,
  NewAccessGroup,
  NewPerson,
  ObjectId,
  ObjectKind,
  Objects,
  PersonState,
} from '../ports/config-objects.js';
import { ConfigObjects } from '../ports/config-objects.js';
import type { Acl, AclEntry } from '../ports/config-security.js';
import { ConfigSecurity } from '../ports/config-security.js';
import { ObjectType, WellKnown } from '../ports/object-types.js';
import type { Target } from '../ports/target.js';
import { Targets } from '../ports/target.js';

type Tables = { readonly [K in ObjectKind]: Map<number, Objects[K]> };
const keyOf = ({ type, dbid }: ObjectId): string => `${type}/${dbid}`;

/** A platform in memory, just enough for steps and effects to be judged on: no wire, no time. */
export class FakePlatform {
  readonly tables: Tables = {
    tenant: new Map(),
    accessGroup: new Map(),
    person: new Map(),
    application: new Map(),
    script: new Map(),
    host: new Map(),
  };
  readonly acls = new Map<string, readonly AclEntry[]>();
  readonly accounts = new Map<number, ObjectId>();
  readonly statuses = new Map<number, ApplicationStatus>();
  readonly named = new Map<string, ObjectId>();
  /** Every effect, in order. */
  readonly log: string[] = [];
  pairAccounts: 'accepted' | 'refused' | 'mirrored' = 'accepted';
  claims: readonly HeldClaim[] = [];
  private answersToLose = 0;
  private nextDbid = 1000;

  readonly config: TargetConfig = {
    name: 'lab',
    objects: { driver: 'gws', baseUrl: 'http://127.0.0.1', username: 'u', password: 'p' },
    security: { driver: 'bridge', baseUrl: 'http://127.0.0.1', token: 't' },
    control: { driver: 'bridge', baseUrl: 'http://127.0.0.1', token: 't' },
    timeoutMs: 1_000,
    maxConcurrent: 4,
    maxPerSecond: 100,
    baseAccessGroups: ['Ixn servers base'],
    requiredReads: { hosts: true, connections: true, childScripts: false, objects: [] },
    pairRebind: 'rolling',
    settleMs: 5_000,
    lateMs: 0,
    singleConnection: singleConnectionTypes,
    verifyEveryMs: 0,
    ignore: [],
    conventions: { ...defaultConventions, errorTypeNoPermission: 1, errorTypeInUse: 2 },
  };
  readonly target: Target = {
    config: this.config,
    objects: new FakeObjects(this),
    security: new FakeSecurity(this),
    control: new FakeControl(this),
  };
  readonly targets: Targets = new FakeTargets(this.target);
  readonly claimsPort: Claims = new FakeClaims(this);

  /** The next effect lands, and its answer is lost. */
  loseNextAnswer(): void {
    this.answersToLose++;
  }

  effect(line: string, change: () => void): void {
    change();
    this.log.push(line);
    if (this.answersToLose === 0) return;
    this.answersToLose--;
    throw new CallError('unknown', `the answer to "${line}" was lost`);
  }

  create<K extends 'accessGroup' | 'person'>(kind: K, make: (dbid: number) => Objects[K]): number {
    const dbid = this.nextDbid++;
    this.effect(`create ${kind}`, () => (this.tables[kind] as Map<number, Objects[K]>).set(dbid, make(dbid)));
    return dbid;
  }

  status(dbid: number, status: number, runMode: RunMode): void {
    this.statuses.set(dbid, { status, runMode });
  }

  /** Everything a later look could tell apart from an earlier one; DBIDs to come are not part of it. */
  snapshot(): string {
    const maps = [...Object.values(this.tables), this.acls, this.accounts, this.statuses];
    return JSON.stringify(
      maps.map((map) => [...map.entries()].sort(([a], [b]) => String(a).localeCompare(String(b)))),
    );
  }

  partnerOf(dbid: number): number | null {
    const applications = [...this.tables.application.values()];
    const own = this.tables.application.get(dbid)?.backupDbid ?? null;
    return own ?? applications.find(({ backupDbid }) => backupDbid === dbid)?.dbid ?? null;
  }

  /** The union of the account's own entries, its groups' and EVERYONE's. */
  effective(account: ObjectId, object: ObjectId): number {
    const groups = [...this.tables.accessGroup.values()].filter(({ members }) =>
      members.some((member) => keyOf(member) === keyOf(account)),
    );
    const everyone = { type: ObjectType.accessGroup, dbid: WellKnown.everyone };
    const accounts = [
      account,
      everyone,
      ...groups.map(({ dbid }) => ({ type: ObjectType.accessGroup, dbid })),
    ];
    const keys = new Set(accounts.map(keyOf));
    return (this.acls.get(keyOf(object)) ?? [])
      .filter((entry) => keys.has(keyOf(entry.account)))
      .reduce((mask, { accessMask }) => mask | accessMask, 0);
  }
}

class FakeTargets extends Targets {
  constructor(private readonly target: Target) {
    super();
  }
  get(): Target {
    return this.target;
  }
  names(): readonly string[] {
    return [this.target.config.name];
  }
}

class FakeClaims extends Claims {
  constructor(private readonly platform: FakePlatform) {
    super();
  }
  heldByOthers(_target: string, resources: readonly string[]): Promise<readonly HeldClaim[]> {
    return Promise.resolve(this.platform.claims.filter(({ resource }) => resources.includes(resource)));
  }
}

class FakeObjects extends ConfigObjects {
  constructor(private readonly platform: FakePlatform) {
    super();
  }

  find<K extends ObjectKind>(_call: Call, kind: K, filter: Filters[K]): Promise<readonly Objects[K][]> {
    const objects = [...this.platform.tables[kind].values()] as Objects[K][];
    return Promise.resolve(objects.filter((object) => this.matches(object, filter)));
  }

  private matches(object: Objects[ObjectKind], filter: object): boolean {
    return Object.entries(filter).every(([key, value]) => {
      if (key === 'account')
        return (
          keyOf(this.platform.accounts.get(object.dbid) ?? { type: 0, dbid: 0 }) === keyOf(value as ObjectId)
        );
      if (key === 'personDbid')
        return (object as Objects['accessGroup']).members.some(({ dbid }) => dbid === value);
      return (object as unknown as Record<string, unknown>)[key] === value;
    });
  }

  get<K extends ObjectKind>(_call: Call, kind: K, dbid: number): Promise<Objects[K] | null> {
    return Promise.resolve(this.platform.tables[kind].get(dbid) ?? null);
  }

  findByName(_call: Call, type: number, name: string): Promise<ObjectId | null> {
    return Promise.resolve(this.platform.named.get(`${type}/${name}`) ?? null);
  }

  createAccessGroup(_call: Call, group: NewAccessGroup): Promise<number> {
    return now(() =>
      this.platform.create('accessGroup', (dbid) => ({
        ...group,
        dbid,
        groupType: 1,
        state: 1,
        members: [],
      })),
    );
  }

  createPerson(_call: Call, person: NewPerson): Promise<number> {
    return now(() =>
      this.platform.create('person', (dbid) => ({ ...person, dbid, isAgent: false, state: 1 })),
    );
  }

  addMember(_call: Call, groupDbid: number, member: ObjectId): Promise<void> {
    return now(() =>
      this.setMembers(`add-member ${groupDbid}`, groupDbid, (members) => [...members, member]),
    );
  }

  removeMember(_call: Call, groupDbid: number, member: ObjectId): Promise<void> {
    return now(() =>
      this.setMembers(`remove-member ${groupDbid}`, groupDbid, (members) =>
        members.filter((one) => keyOf(one) !== keyOf(member)),
      ),
    );
  }

  private setMembers(
    line: string,
    groupDbid: number,
    change: (members: readonly ObjectId[]) => readonly ObjectId[],
  ): void {
    const groups = this.platform.tables.accessGroup;
    const group = groups.get(groupDbid);
    if (group === undefined) throw new CallError('invalid', 'no such group');
    this.platform.effect(line, () => groups.set(groupDbid, { ...group, members: change(group.members) }));
  }

  setPersonState(_call: Call, dbid: number, state: PersonState): Promise<void> {
    const { person: persons } = this.platform.tables;
    const person = persons.get(dbid);
    return now(() => {
      if (person === undefined) throw new CallError('conflict', 'no such person');
      this.platform.effect(`state ${dbid} ${state}`, () => persons.set(dbid, { ...person, state }));
    });
  }

  setAnnexSection(
    _call: Call,
    kind: 'accessGroup' | 'person',
    dbid: number,
    section: string,
    keys: Annex[string] | null,
  ): Promise<void> {
    const table = this.platform.tables[kind] as Map<number, Objects['accessGroup' | 'person']>;
    const object = table.get(dbid);
    return now(() => {
      if (object === undefined) throw new CallError('conflict', 'no such object');
      const { [section]: _former, ...rest } = object.annex;
      const annex = keys === null ? rest : { ...rest, [section]: keys };
      this.platform.effect(`annex ${kind}`, () => table.set(dbid, { ...object, annex }));
    });
  }

  delete(_call: Call, kind: 'accessGroup' | 'person', dbid: number): Promise<void> {
    return now(() => this.platform.effect(`delete ${kind}`, () => this.platform.tables[kind].delete(dbid)));
  }
}

class FakeSecurity extends ConfigSecurity {
  constructor(private readonly platform: FakePlatform) {
    super();
  }

  readAcl(_call: Call, object: ObjectId): Promise<Acl | null> {
    const entries = this.platform.acls.get(keyOf(object));
    return Promise.resolve(entries === undefined ? null : { entries, token: JSON.stringify(entries) });
  }

  replaceAcl(_call: Call, object: ObjectId, acl: Acl): Promise<void> {
    return now(() => {
      if (JSON.stringify(this.platform.acls.get(keyOf(object))) !== acl.token)
        throw new CallError('conflict', 'the list has changed');
      this.platform.effect(`acl ${keyOf(object)}`, () => this.platform.acls.set(keyOf(object), acl.entries));
    });
  }

  effectivePermissions(
    _call: Call,
    account: ObjectId,
    objects: readonly ObjectId[],
  ): Promise<readonly (number | null)[]> {
    return Promise.resolve(objects.map((object) => this.platform.effective(account, object)));
  }

  readAccount(
    _call: Call,
    applicationDbid: number,
  ): Promise<{ account: ObjectId; token: string | null } | null> {
    const account = this.platform.accounts.get(applicationDbid);
    return Promise.resolve(account === undefined ? null : { account, token: keyOf(account) });
  }

  updateAccount(_call: Call, applicationDbid: number, account: ObjectId): Promise<void> {
    const { accounts, pairAccounts } = this.platform;
    const partner = this.platform.partnerOf(applicationDbid);
    return now(() => {
      const isUnlike = partner !== null && keyOf(accounts.get(partner) ?? account) !== keyOf(account);
      if (pairAccounts === 'refused' && isUnlike)
        throw new CallError('invalid', 'a pair carries one account');
      this.platform.effect(`account ${applicationDbid}`, () => {
        accounts.set(applicationDbid, account);
        if (pairAccounts === 'mirrored' && partner !== null) accounts.set(partner, account);
      });
    });
  }
}

class FakeControl extends ApplicationControl {
  constructor(private readonly platform: FakePlatform) {
    super();
  }

  status(_call: Call, applicationDbid: number): Promise<ApplicationStatus | null> {
    return Promise.resolve(this.platform.statuses.get(applicationDbid) ?? null);
  }

  start(_call: Call, dbid: number): Promise<void> {
    const partner = this.platform.partnerOf(dbid);
    const isAlone = partner === null || this.platform.statuses.get(partner)?.status !== 6;
    return now(() =>
      this.platform.effect(`start ${dbid}`, () =>
        this.platform.status(dbid, 6, isAlone ? 'primary' : 'backup'),
      ),
    );
  }

  stop(_call: Call, dbid: number, graceful: boolean): Promise<void> {
    return now(() =>
      this.platform.effect(`${graceful ? 'graceful ' : ''}stop ${dbid}`, () =>
        this.platform.status(dbid, 1, 'none'),
      ),
    );
  }

  switchOver(_call: Call, dbid: number): Promise<void> {
    const partner = this.platform.partnerOf(dbid);
    return now(() =>
      this.platform.effect(`switch-over ${dbid}`, () => {
        this.platform.status(dbid, 6, 'primary');
        if (partner !== null) this.platform.status(partner, 6, 'backup');
      }),
    );
  }
}

/** What is thrown becomes a rejection, as it does over a wire. */
async function now<T>(work: () => T): Promise<T> {
  await Promise.resolve();
  return work();
}
