import { createHash } from 'node:crypto';
import { nameOf, tenantsOf } from './object-views.js';
import type { Draft } from './draft.js';
import { Access, AppType, ScriptType, Type, WellKnown } from './ids.js';
import type { Ace, ConfigObject, Id, KeyValues } from './records.js';
import { sameId } from './records.js';
import { carriedOver, childrenOf, isContainer } from './propagation.js';
import { noPermission, notFound, Refusal } from './refusal.js';
import type { Reading, World } from './world.js';

const EVERYONE = { type: Type.accessGroup, dbid: WellKnown.everyoneGroup } as const;

/** Entries that count for an account: its own, its groups', EVERYONE's. Nothing in the vendor's text describes a deny. */
function accountsOf(world: World, account: Id): Set<string> {
  const ids = new Set([`${account.type}/${account.dbid}`, `${EVERYONE.type}/${EVERYONE.dbid}`]);
  if (account.type === Type.person)
    for (const group of world.groupsOf(account.dbid)) ids.add(`${Type.accessGroup}/${group}`);
  return ids;
}

/** A test of many objects for one account. The default user has full control over everything. */
export function maskFor(world: World, account: Id): (object: Id, reading?: Reading) => number {
  if (account.type === Type.person && account.dbid === WellKnown.defaultUser) return () => Access.all;
  const ids = accountsOf(world, account);
  return (object, reading = world) => {
    let mask = 0;
    for (const ace of reading.acl(object))
      if (ids.has(`${ace.account.type}/${ace.account.dbid}`)) mask |= ace.accessMask;
    return mask;
  };
}

export const effectiveMask = (world: World, account: Id, object: Id): number =>
  maskFor(world, account)(object);

/** @throws Refusal when the caller lacks the bit on the object */
export function need(draft: Draft, caller: Id, object: Id, bit: number): void {
  if ((maskFor(draft.world, caller)(object, draft) & bit) === 0) throw noPermission(object.type);
}

const sorted = (acl: readonly Ace[]): Ace[] =>
  [...acl].sort((a, b) => a.account.type - b.account.type || a.account.dbid - b.account.dbid);

export const sortedAcl = sorted;

/** Same list, same hash, whatever the order of its entries. */
export function hashOf(value: unknown): string {
  return `"${createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 27)}"`;
}
export const aclHash = (acl: readonly Ace[]): string =>
  hashOf(sorted(acl).map((a) => [a.account.type, a.account.dbid, a.accessMask]));

/** The list is replaced as a whole, as by RequestUpdatePermissions; `recursive` gives every child the same list. */
export function replaceAcl(
  draft: Draft,
  object: Id,
  entries: readonly Ace[],
  recursive: boolean,
): readonly Ace[] {
  const target = draft.object(object.type, object.dbid);
  if (!target) throw notFound();
  const seen = new Set<string>();
  for (const { account } of entries) {
    if (account.type !== Type.person && account.type !== Type.accessGroup)
      throw new Refusal('not-valid', 'Only persons and access groups can have permissions', object.type);
    const key = `${account.type}/${account.dbid}`;
    if (seen.has(key)) throw new Refusal('not-valid', `Account ${key} appears twice`, object.type);
    seen.add(key);
    const known = draft.acl(object).some((ace) => sameId(ace.account, account));
    if (!known && !draft.object(account.type, account.dbid))
      throw new Refusal('not-found', 'Account not found', account.type);
  }
  setAcl(draft, target, entries);
  if (recursive && isContainer(target))
    for (const child of childrenOf(draft.world, target)) writeAcl(draft, child, entries);
  return draft.acl(object);
}

/** One list; where the switch has it so, what changed in a container's list changes in what lies in it at once. */
export function setAcl(draft: Draft, object: ConfigObject, entries: readonly Ace[]): void {
  const before = draft.acl(object);
  writeAcl(draft, object, entries);
  if (draft.switches.propagation !== 'at-once' || !isContainer(object)) return;
  for (const child of childrenOf(draft.world, object))
    setAcl(draft, child, carriedOver(draft.acl(child), before, entries, draft.switches));
}

function writeAcl(draft: Draft, object: ConfigObject, entries: readonly Ace[]): void {
  const before = draft.acl(object);
  if (aclHash(before) === aclHash(entries)) return;
  draft.putAcl(object, entries);
  draft.log('acl', object, { entries: before }, { entries });
}

/** Option `[security] no-default-access` of Configuration Server: 1 gives new Persons the rights of old. */
export function givesDefaultAccess(reading: Reading): boolean {
  const options: KeyValues | undefined = reading.object(Type.application, WellKnown.configurationServer)
    ?.keyValues['options'];
  return options?.['security']?.['no-default-access'] === '1';
}

/** Names of the Business Processes that an Interaction Server with this account gets to see. */
export function businessProcessesSeen(world: World, application: ConfigObject, account: Id): string[] {
  const type = Number(application.scalars['type']);
  if (type !== AppType.interactionServer && type !== AppType.tServer) return [];
  const mask = maskFor(world, account);
  const names: string[] = [];
  for (const tenant of tenantsOf(application))
    for (const dbid of world.ofTenant(Type.script, tenant)) {
      const script = world.object(Type.script, dbid);
      if (!script || Number(script.scalars['type']) !== ScriptType.businessProcess) continue;
      if (mask(script) & Access.read) names.push(nameOf(script));
    }
  return names.sort();
}
