import type { Draft } from './draft.js';
import { Type } from './ids.js';
import { putUpdate } from './put-update.js';
import type { Id } from './records.js';
import { sameId } from './records.js';

/** What the platform does by itself before a Person goes: access groups and agent groups lose it. */
export function leaveGroups(draft: Draft, personDbid: number): void {
  for (const dbid of draft.world.groupsOf(personDbid)) {
    const group = draft.object(Type.accessGroup, dbid);
    if (!group) continue;
    const memberIDs = (group.lists['memberIDs'] ?? []).filter(
      (m) => typeof m === 'string' || Number(m['DBID']) !== personDbid,
    );
    putUpdate(draft, group, { ...group, lists: { ...group.lists, memberIDs } }, 'self');
  }
  for (const group of draft.world.all(Type.agentGroup)) {
    const all = group.lists['agentDBIDs'] ?? [];
    const agentDBIDs = all.filter((dbid) => dbid !== String(personDbid));
    if (agentDBIDs.length < all.length)
      putUpdate(draft, group, { ...group, lists: { ...group.lists, agentDBIDs } }, 'self');
  }
}

export function dropEntriesOf(draft: Draft, account: Id): void {
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
