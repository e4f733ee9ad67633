import { classOf } from './classes/all-classes.js';
import type { ClassSpec } from './classes/class-spec.js';
import type { Draft } from './draft.js';
import { Access, Flag, GroupType, Status, Type, WellKnown } from './ids.js';
import { hostOf, membersOf, tenantOf, tenantsOf } from './object-views.js';
import type { ConfigObject } from './records.js';
import { Refusal } from './refusal.js';
import { effectiveMask } from './rights.js';

/** @throws Refusal while something hangs on the object */
export function refuseDelete(draft: Draft, o: ConfigObject): void {
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
  if (isNeeded(draft, o.dbid))
    throw new Refusal(
      'in-use',
      'The application is a component of a solution, and not an optional one',
      o.type,
    );
}

function isNeeded(draft: Draft, applicationDbid: number): boolean {
  for (const solution of draft.world.all(Type.solution))
    for (const component of solution.lists['components'] ?? [])
      if (typeof component !== 'string' && Number(component['appDBID']) === applicationDbid)
        return component['isOptional'] !== Flag.true;
  return false;
}

/** @throws Refusal when a value that must be unique is taken */
export function checkUnique(draft: Draft, spec: ClassSpec, o: ConfigObject): void {
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

/** @throws Refusal when it refers to something that is not there */
export function checkReferences(draft: Draft, o: ConfigObject): void {
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

/** What is forbidden in an application because of those it hangs together with. @throws Refusal */
export function checkApplication(draft: Draft, old: ConfigObject, updated: ConfigObject): void {
  const account = draft.account(old.dbid);
  for (const dbid of tenantsOf(updated).filter((tenant) => !tenantsOf(old).includes(tenant)))
    if (account && (effectiveMask(draft.world, account, { type: Type.tenant, dbid }) & Access.read) === 0)
      throw new Refusal('not-valid', 'The account of the application cannot read the tenant', old.type);
  const isLinked = draft.world.primariesOf(old.dbid).length > 0;
  for (const list of ['appServerDBIDs', 'tenantDBIDs'])
    if (isLinked && JSON.stringify(old.lists[list] ?? []) !== JSON.stringify(updated.lists[list] ?? []))
      throw new Refusal('not-valid', `${list} of a linked backup are those of its primary`, old.type);
  if (hostOf(old) !== hostOf(updated) && (isLinked || draft.world.clientsOf(old.dbid).length > 0))
    throw new Refusal(
      'in-use',
      'The host of a server that others are attached to cannot be changed',
      old.type,
    );
}
