import type { ClassSpec } from './classes/class-spec.js';
import { NAME_PROPERTY } from './classes/class-spec.js';
import { classOf } from './classes/all-classes.js';
import type { Draft } from './draft.js';
import { Access, Flag, GroupType, Status, Type, WellKnown } from './ids.js';
import { linkBackup } from './backups.js';
import { dropEntriesOf, leaveGroups } from './clean-up.js';
import type { Delta } from './delta.js';
import { mergeKeyValues, mergeLists, mergeNested } from './delta.js';
import { checkApplication, checkReferences, checkUnique, refuseDelete } from './integrity.js';
import { inherited } from './propagation.js';
import { putUpdate, shown } from './put-update.js';
import { backupOf, isServer, nameOf, tenantOf } from './object-views.js';
import type { ConfigObject, Id, Item, KeyValues, Scalars } from './records.js';
import { keyOf } from './records.js';
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
  const attributes = { ...input.scalars, ...derived(draft, type, input) };
  for (const [name, attribute] of Object.entries(spec.attributes)) {
    const value = attributes[name] ?? attribute.initial;
    if (attribute.mandatory && (value === undefined || value === ''))
      throw new Refusal('incomplete', `Incomplete object data: ${name}`, type, propertyOf(spec, name));
    if (value !== undefined) scalars[name] = value;
  }
  const nested: Record<string, Scalars> = {};
  for (const { attribute, attributes: parts } of spec.nested) {
    const given = input.nested?.[attribute];
    if (!given && attribute === 'agentInfo') continue;
    const initial = Object.entries(parts).map(([name, a]) => [name, a.initial ?? '']);
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
  draft.putAcl(object, inherited(draft.acl(folder), draft.switches));
  if (isServer(object)) {
    draft.putAccount(object.dbid, { type: Type.accessGroup, dbid: WellKnown.systemGroup });
    draft.putServer(object.dbid, stoppedServer);
  }
  if (backupOf(object) > 0) linkBackup(draft, object, 0);
  if (type === Type.person && givesDefaultAccess(draft)) joinDefaultGroup(draft, object);
  return object;
}

/** Attributes that follow from others: an application's from its prototype, whether a Person is an agent from its agent's part. */
function derived(draft: Draft, type: number, input: NewObject): Scalars {
  if (type === Type.person && input.nested?.['agentInfo']) return { isAgent: Flag.true };
  const prototypeDbid = Number(input.scalars['appPrototypeDBID'] ?? 0);
  if (type !== Type.application || prototypeDbid === 0) return {};
  const prototype = draft.object(Type.appPrototype, prototypeDbid);
  if (!prototype) throw new Refusal('not-valid', 'No such application prototype', type);
  return { type: prototype.scalars['type'] ?? '', version: prototype.scalars['version'] ?? '' };
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
  if (id.type === Type.application) checkApplication(draft, old, updated);
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

function propertyOf(spec: ClassSpec, attribute: string): number {
  return spec.unique.find((u) => u.attribute === attribute)?.property ?? 0;
}
