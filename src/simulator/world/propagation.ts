import type { Draft } from './draft.js';
import { Access, Type } from './ids.js';
import { tenantOf } from './object-views.js';
import type { Ace, ConfigObject } from './records.js';
import { sameId } from './records.js';
import type { Switches } from './switches.js';
import type { World } from './world.js';

/** Bit 128 of an entry in a container's list. That it has to do with propagation is known, its polarity is not. */
export const PROPAGATION = 128;

export const isContainer = (o: ConfigObject): boolean => o.type === Type.tenant || o.type === Type.folder;

type Rules = Pick<Switches, 'propagationBit'>;

const propagates = ({ accessMask }: Ace, { propagationBit }: Rules): boolean =>
  propagationBit === 'ignored' || ((accessMask & PROPAGATION) !== 0) === (propagationBit === 'carries');

/** What a new object has from the list of its container: the entries that propagate, without the bit that says so. */
export function inherited(acl: readonly Ace[], rules: Rules): Ace[] {
  if (rules.propagationBit === 'ignored') return [...acl];
  return acl
    .filter((ace) => propagates(ace, rules))
    .map((ace) => ({ ...ace, accessMask: ace.accessMask & Access.all }));
}

/** The objects inside a container, folders in a tenant among them; installation-wide objects lie in folders of Environment. */
export function* childrenOf(world: World, container: ConfigObject): Iterable<ConfigObject> {
  for (const type of world.types()) {
    for (const o of world.all(type)) {
      if (sameId(o, container)) continue;
      const owner = type === Type.folder ? Number(o.scalars['ownerDBID'] ?? 0) : tenantOf(o);
      if (container.type === Type.folder ? o.folderDbid === container.dbid : owner === container.dbid)
        yield o;
    }
  }
}

/** The list of a child after its container's went from `before` to `after`: only what was changed there, and propagates. */
export function carriedOver(
  child: readonly Ace[],
  before: readonly Ace[],
  after: readonly Ace[],
  rules: Rules,
): readonly Ace[] {
  const of = (acl: readonly Ace[], ace: Ace): Ace | undefined =>
    acl.find((one) => sameId(one.account, ace.account));
  let list = child;
  for (const gone of before)
    if (!of(after, gone) && propagates(gone, rules))
      list = list.filter((one) => !sameId(one.account, gone.account));
  for (const ace of inherited(
    after.filter((one) => of(before, one)?.accessMask !== one.accessMask),
    rules,
  ))
    list = [...list.filter((one) => !sameId(one.account, ace.account)), ace];
  return list;
}

/** With the polarity `carries` nothing would propagate in a world that never heard of the bit: containers get it. */
export function markContainers(draft: Draft): void {
  for (const type of [Type.tenant, Type.folder])
    for (const container of draft.world.all(type)) {
      const acl = draft.acl(container);
      draft.putAcl(
        container,
        acl.map((ace) => ({ ...ace, accessMask: ace.accessMask | PROPAGATION })),
      );
    }
}
