import type { ClassSpec } from './classes/class-spec.js';
import { NAME_PROPERTY } from './classes/class-spec.js';
import { classOf } from './classes/all-classes.js';
import type { Draft } from './draft.js';
import { Access, Flag, GroupType, Status, Type, WellKnown } from './ids.js';
import { linkBackup } from './backups.js';
import type { Delta } from './delta.js';
import { mergeKeyValues, mergeLists, mergeNested } from './delta.js';
import { putUpdate, shown } from './put-update.js';
import { backupOf, isServer, membersOf, nameOf, tenantOf } from './object-views.js';
import type { ConfigObject, Id, Item, KeyValues, Scalars } from './records.js';
import { keyOf, sameId } from './records.js';
import { notFound, Refusal } from './refusal.js';
import { givesDefaultAccess, need } from './rights.js';
import { stoppedServer } from './server-records.js';

export interface NewObject {
  readonly scalars: Scalars;
  readonly keyValues?: Readonly<Record<string, KeyValues>>;
  readonly lists?: Readonly<Record<string, readonly Item[]>>;
  readonly nested?: Readonly<Record<string, Scalars>>;
  readonly passwordHash?: string;
}

/** Whoever acts on the platform; `null` is somebody behind our back, whose rights are not asked. */
export type Caller = Id | null;

/** @returns the folder that new objects of this type go to: the first one of the tenant that holds the type */
function folderFor(draft: Draft, type: number, tenantDbid: number): ConfigObject | undefined {
  const owner = tenantDbid === 0 ? WellKnown.environmentTenant : tenantDbid;
  for (const folder of draft.world.all(Type.folder))
    if (Number(folder.scalars['type']) === type && Number(folder.scalars['ownerDBID']) === owner)
      return folder;
  return undefined;
}

/** @throws Refusal */
export function createObject(draft: Draft, caller: Caller, type: number, input: NewObject): ConfigObject {
  const spec = classOf(type);
  const scalars: Record<string, string> = {};
  for (const [name, attribute] of Object.entries(spec.attributes)) {
    const value = input.scalars[name] ?? attribute.initial;
    if (attribute.mandatory && (value === undefined || value === ''))
      throw new Refusal('incomplete', `Incomplete object data: ${name}`, type, propertyOf(spec, name));
    if (value !== undefined) scalars[name] = value;
  }
  const nested: Record<string, Scalars> = {};
  for (const { attribute, attributes } of spec.nested) {
    const given = input.nested?.[attribute];
    if (!given && attribute === 'agentInfo') continue;
    const initial = Object.entries(attributes).map(([name, a]) => [name, a.initial ?? '']);
    nested[attribute] = { ...Object.fromEntries(initial), ...given } as Scalars;
  }
  const draftObject: ConfigObject = {
    type,
    dbid: 0,
    folderDbid: folderFor(draft, type, Number(scalars['tenantDBID'] ?? 0))?.dbid ?? WellKnown.rootFolder,
    scalars,
    keyValues: input.keyValues ?? {},
    lists: input.lists ?? {},
    nested,
    ...(input.passwordHash === undefined ? {} : { passwordHash: input.passwordHash }),
  };
  const folder = { type: Type.folder, dbid: draftObject.folderDbid };
  if (caller) need(draft, caller, folder, Access.create);
  checkReferences(draft, draftObject);
  checkUnique(draft, spec, draftObject);

  const object = { ...draftObject, dbid: draft.nextDbid(type) };
  draft.putObject(object);
  draft.log('create', object, null, shown(object));
  // A new object has the list of the folder it is put in: permissions propagate from containers by default.
  draft.putAcl(object, draft.acl(folder));
  if (isServer(object)) {
    draft.putAccount(object.dbid, { type: Type.accessGroup, dbid: WellKnown.systemGroup });
    draft.putServer(object.dbid, stoppedServer);
  }
  if (backupOf(object) > 0) linkBackup(draft, object, 0);
  if (type === Type.person && givesDefaultAccess(draft)) joinDefaultGroup(draft, object);
  return object;
}

/** Before 7.6, and with default access on: agents join their tenant's Users, all others its Administrators. */
function joinDefaultGroup(draft: Draft, person: ConfigObject): void {
  const wanted = person.scalars['isAgent'] === Flag.true ? GroupType.users : GroupType.administrators;
  for (const dbid of draft.world.ofTenant(Type.accessGroup, tenantOf(person))) {
    const group = draft.object(Type.accessGroup, dbid);
    if (!group || Number(group.scalars['type']) !== wanted) continue;
    const memberIDs = [
      ...(group.lists['memberIDs'] ?? []),
      { CSID: '0', DBID: String(person.dbid), type: String(Type.person) },
    ];
    putUpdate(draft, group, { ...group, lists: { ...group.lists, memberIDs } }, 'self');
    return;
  }
}

/** @throws Refusal */
export function updateObject(draft: Draft, caller: Caller, id: Id, delta: Delta): ConfigObject {
  const spec = classOf(id.type);
  const old = draft.object(id.type, id.dbid);
  if (!old)
    throw new Refusal(
      'not-found',
      `No object found for the delta [${spec.className}Update], DBID [${id.dbid}]`,
    );
  if (caller) need(draft, caller, old, Access.change);
  for (const [name, value] of Object.entries(delta.scalars)) {
    const attribute = spec.attributes[name];
    if (attribute?.immutable && old.scalars[name] !== value)
      throw new Refusal('not-valid', `Attribute ${name} cannot be changed`, id.type, propertyOf(spec, name));
    if (attribute?.mandatory && value === '')
      throw new Refusal('incomplete', `Incomplete object data: ${name}`, id.type, propertyOf(spec, name));
  }
  const updated: ConfigObject = {
    ...old,
    scalars: { ...old.scalars, ...delta.scalars },
    nested: mergeNested(old.nested, delta.nested),
    keyValues: mergeKeyValues(old.keyValues, delta.keyValues),
    lists: mergeLists(spec, old, delta.lists),
    ...(delta.passwordHash === undefined ? {} : { passwordHash: delta.passwordHash }),
  };
  const running = draft.server(id.dbid)?.status === Status.running;
  if (id.type === Type.application && nameOf(updated) !== nameOf(old) && running)
    throw new Refusal('in-use', 'A live client is registered under this name', id.type, NAME_PROPERTY);
  checkReferences(draft, updated);
  checkUnique(draft, spec, updated);
  putUpdate(draft, old, updated);
  if (id.type === Type.application && JSON.stringify(updated) !== JSON.stringify(old))
    linkBackup(draft, updated, backupOf(old));
  return updated;
}

/** @throws Refusal */
export function deleteObject(draft: Draft, caller: Caller, id: Id): void {
  const old = draft.object(id.type, id.dbid);
  if (!old) throw notFound();
  if (caller) need(draft, caller, old, Access.delete);
  refuseDelete(draft, old);
  if (id.type === Type.person) leaveGroups(draft, id.dbid);
  if (draft.switches.aclOfDeleted === 'cleaned') dropEntriesOf(draft, id);
  draft.remove('object', keyOf(id));
  draft.remove('acl', keyOf(id));
  if (id.type === Type.application) {
    draft.remove('account', String(id.dbid));
    draft.remove('server', String(id.dbid));
  }
  draft.log('delete', old, shown(old), null);
}

function refuseDelete(draft: Draft, o: ConfigObject): void {
  const isDefault =
    (o.type === Type.person && o.dbid === WellKnown.defaultUser) ||
    (o.type === Type.accessGroup && Number(o.scalars['type']) !== GroupType.ordinary);
  if (isDefault) throw new Refusal('not-valid', 'A default object cannot be deleted', o.type);
  const isAccount = o.type === Type.person || o.type === Type.accessGroup;
  if (isAccount && draft.world.boundTo(o).length > 0)
    throw new Refusal('in-use', 'The object is the account of an application', o.type);
  if (o.type !== Type.application) return;
  if (draft.world.clientsOf(o.dbid).length > 0 || draft.world.primariesOf(o.dbid).length > 0)
    throw new Refusal('in-use', 'The application has clients', o.type);
  if (draft.server(o.dbid)?.status === Status.running)
    throw new Refusal('in-use', 'The application is running', o.type);
}

function leaveGroups(draft: Draft, personDbid: number): void {
  for (const dbid of draft.world.groupsOf(personDbid)) {
    const group = draft.object(Type.accessGroup, dbid);
    if (!group) continue;
    const memberIDs = (group.lists['memberIDs'] ?? []).filter(
      (m) => typeof m === 'string' || Number(m['DBID']) !== personDbid,
    );
    putUpdate(draft, group, { ...group, lists: { ...group.lists, memberIDs } }, 'self');
  }
}

function dropEntriesOf(draft: Draft, account: Id): void {
  for (const key of draft.world.aclKeys()) {
    const [type = 0, dbid = 0] = key.split('/').map(Number);
    const object = draft.object(type, dbid);
    const acl = draft.acl({ type, dbid });
    if (!object || !acl.some((ace) => sameId(ace.account, account))) continue;
    const entries = acl.filter((ace) => !sameId(ace.account, account));
    draft.putAcl(object, entries);
    draft.log('acl', object, { entries: acl }, { entries }, 'self');
  }
}

function checkUnique(draft: Draft, spec: ClassSpec, o: ConfigObject): void {
  for (const { attribute, scope, property } of spec.unique) {
    const value = o.scalars[attribute] ?? '';
    const wide = attribute === 'employeeID' ? draft.switches.employeeIdScope : scope;
    for (const dbid of draft.world.having(o.type, attribute, value)) {
      const other = draft.object(o.type, dbid);
      if (!other || other.dbid === o.dbid || (wide === 'tenant' && tenantOf(other) !== tenantOf(o))) continue;
      throw new Refusal('uniqueness', 'Uniqueness constraint violated', o.type, property);
    }
  }
}

function checkReferences(draft: Draft, o: ConfigObject): void {
  const spec = classOf(o.type);
  if (o.scalars['tenantDBID'] !== undefined && !draft.object(Type.tenant, tenantOf(o)))
    throw new Refusal('not-valid', 'No such tenant', o.type);
  for (const member of membersOf(o))
    if (!draft.object(Type.person, member)) throw new Refusal('not-valid', 'No such person', o.type);
  for (const { name, key, refersTo } of spec.lists) {
    if (refersTo === undefined || name === 'memberIDs') continue;
    for (const item of o.lists[name] ?? []) {
      const dbid = Number(typeof item === 'string' ? item : item[key ?? 'DBID']);
      if (!draft.object(refersTo, dbid)) throw new Refusal('not-valid', `${name}: no object ${dbid}`, o.type);
    }
  }
}

function propertyOf(spec: ClassSpec, attribute: string): number {
  return spec.unique.find((u) => u.attribute === attribute)?.property ?? 0;
}
