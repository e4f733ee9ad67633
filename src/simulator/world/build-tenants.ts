import { allClasses } from './classes/all-classes.js';
import { Flag, GroupType, Type, WellKnown } from './ids.js';
import { passwordHash } from './password.js';
import type { KeyValues } from './records.js';
import type { FullWorldSpec } from './spec.js';
import { users } from './spec.js';
import type { WorldBuilder } from './world-builder.js';
import { ENVIRONMENT, OBSERVERS, SUPER_ADMINISTRATORS } from './world-builder.js';

interface Group {
  readonly type?: number;
  readonly dbid?: number;
  readonly members?: readonly string[] | undefined;
  readonly grants?: Record<string, number> | undefined;
  readonly annex?: KeyValues | undefined;
}
type Person = FullWorldSpec['persons'][number];

export const grantsOf = (
  o: { grants?: Record<string, number> | undefined } | undefined,
): { grants?: Record<string, number> } => (o?.grants === undefined ? {} : { grants: o.grants });
const annexOf = (o: { annex?: KeyValues | undefined }): { keyValues?: Record<string, KeyValues> } =>
  o.annex === undefined ? {} : { keyValues: { userProperties: o.annex } };

/** Tenants, each with a folder for every type that it can hold; Environment has the folders of what belongs to nobody. */
export function addTenants(builder: WorldBuilder, { tenants }: FullWorldSpec): void {
  builder.add(
    Type.folder,
    { scalars: { name: 'Configuration', type: '0', ownerDBID: '0' } },
    WellKnown.rootFolder,
  );
  const environment = tenants.find((t) => t.name === ENVIRONMENT) ?? { name: ENVIRONMENT };
  for (const tenant of [environment, ...tenants.filter((t) => t !== environment)]) {
    const isEnvironment = tenant === environment;
    const fixed = isEnvironment ? WellKnown.environmentTenant : undefined;
    const { dbid } = builder.add(Type.tenant, { scalars: { name: tenant.name }, ...grantsOf(tenant) }, fixed);
    for (const spec of allClasses) {
      if (spec.type === Type.folder || !(isEnvironment || 'tenantDBID' in spec.attributes)) continue;
      const name = isEnvironment ? spec.collection : `${tenant.name} ${spec.collection}`;
      builder.add(Type.folder, { scalars: { name, type: String(spec.type), ownerDBID: String(dbid) } });
    }
  }
}

/** Persons and access groups: those every platform has, those of this simulator, those of the world. */
export function addPeople(builder: WorldBuilder, spec: FullWorldSpec): void {
  const { onboarding, observer } = users;
  addGroup(builder, 'EVERYONE', ENVIRONMENT, { type: GroupType.everyone, dbid: WellKnown.everyoneGroup });
  addGroup(builder, 'SYSTEM', ENVIRONMENT, { type: GroupType.system, dbid: WellKnown.systemGroup });
  addPerson(
    builder,
    { userName: 'default', employeeId: 'default', password: 'password' },
    WellKnown.defaultUser,
  );
  addPerson(builder, {
    ...onboarding,
    employeeId: 'ONBOARDING',
    firstName: 'Solution',
    lastName: 'onboarding',
  });
  addPerson(builder, { ...observer, employeeId: 'OBSERVER', firstName: 'Read', lastName: 'only' });
  for (const person of spec.persons) addPerson(builder, person);

  const members = ['default', onboarding.userName];
  addGroup(builder, SUPER_ADMINISTRATORS, ENVIRONMENT, { type: GroupType.superAdministrators, members });
  for (const tenant of new Set([ENVIRONMENT, ...spec.tenants.map((t) => t.name)])) {
    addGroup(builder, 'Users', tenant, { type: GroupType.users });
    addGroup(builder, 'Administrators', tenant, { type: GroupType.administrators });
  }
  addGroup(builder, OBSERVERS, ENVIRONMENT, { members: [observer.userName] });
  for (const { name, tenant, ...group } of spec.accessGroups)
    addGroup(builder, name, tenant ?? ENVIRONMENT, group);
}

function addPerson(builder: WorldBuilder, person: Person, fixed?: number): void {
  const { userName, employeeId, firstName = '', lastName = '', tenant = ENVIRONMENT, password } = person;
  const tenantDBID = String(builder.find(Type.tenant, tenant));
  const isAgent = person.isAgent === true ? Flag.true : Flag.false;
  const scalars = { userName, employeeID: employeeId, firstName, lastName, tenantDBID, isAgent };
  const secret = password === undefined ? {} : { passwordHash: passwordHash(password) };
  builder.add(Type.person, { scalars, ...annexOf(person), ...grantsOf(person), ...secret }, fixed);
}

function addGroup(builder: WorldBuilder, name: string, tenant: string, group: Group): void {
  const tenantDBID = String(builder.find(Type.tenant, tenant));
  const scalars = { name, tenantDBID, type: String(group.type ?? GroupType.ordinary) };
  const memberIDs = (group.members ?? []).map((userName) => ({
    CSID: '0',
    DBID: String(builder.find(Type.person, userName)),
    type: String(Type.person),
  }));
  builder.add(
    Type.accessGroup,
    { scalars, lists: { memberIDs }, ...annexOf(group), ...grantsOf(group) },
    group.dbid,
  );
}

/** Hosts, scripts, business attributes and list objects. */
export function addObjects(builder: WorldBuilder, spec: FullWorldSpec): void {
  for (const host of spec.hosts)
    builder.add(Type.host, {
      scalars: { name: host.name, IPaddress: host.address ?? '127.0.0.1' },
      ...grantsOf(host),
    });
  const each = (
    type: number,
    list: readonly (Group & { name: string; tenant?: string | undefined })[],
  ): void => {
    for (const object of list) {
      const tenantDBID = String(builder.find(Type.tenant, object.tenant ?? ENVIRONMENT));
      const subtype = object.type === undefined ? {} : { type: String(object.type) };
      builder.add(type, {
        scalars: { name: object.name, tenantDBID, ...subtype },
        ...annexOf(object),
        ...grantsOf(object),
      });
    }
  };
  each(Type.script, spec.scripts);
  each(Type.enumerator, spec.enumerators);
  each(Type.transaction, spec.transactions);
}
