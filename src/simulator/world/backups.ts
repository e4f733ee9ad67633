import type { Draft } from './draft.js';
import { Flag, Type } from './ids.js';
import { backupOf } from './object-views.js';
import { putUpdate } from './put-update.js';
import type { ConfigObject } from './records.js';
import { sameId } from './records.js';
import { Refusal } from './refusal.js';

/** What a linked backup has from its primary and cannot have otherwise; `flexibleProperties` too, and which list that is nobody says. */
const FORCED_LISTS = ['appServerDBIDs', 'tenantDBIDs'];

/** Brings a backup in line with the primary that was just written. @throws Refusal when the two cannot be a pair */
export function linkBackup(draft: Draft, primary: ConfigObject, formerBackup: number): void {
  const dbid = backupOf(primary);
  if (formerBackup > 0 && formerBackup !== dbid) {
    const former = draft.object(Type.application, formerBackup);
    if (former)
      putUpdate(draft, former, { ...former, scalars: { ...former.scalars, isPrimary: Flag.true } }, 'self');
  }
  if (dbid === 0) return;
  const backup = draft.object(Type.application, dbid);
  if (!backup || dbid === primary.dbid) throw new Refusal('not-valid', 'No such backup', Type.application);
  if (dbid !== formerBackup) {
    const others = draft.world.primariesOf(dbid).filter((p) => p !== primary.dbid);
    if (others.length > 0)
      throw new Refusal('in-use', 'The application is the backup of another one', Type.application);
    if (backup.scalars['type'] !== primary.scalars['type'])
      throw new Refusal('not-valid', 'A backup must be of the same type as its primary', Type.application);
    const [mine, its] = [draft.account(primary.dbid), draft.account(dbid)];
    if (mine && its && !sameId(mine, its))
      throw new Refusal('not-valid', 'A backup must have the account of its primary', Type.application);
  }
  const lists = { ...backup.lists };
  for (const name of FORCED_LISTS) lists[name] = primary.lists[name] ?? [];
  const forced = draft.switches.flexibleProperties;
  const keyValues =
    forced === 'neither'
      ? backup.keyValues
      : { ...backup.keyValues, [forced]: primary.keyValues[forced] ?? {} };
  const scalars = { ...backup.scalars, isPrimary: Flag.false };
  putUpdate(draft, backup, { ...backup, scalars, lists, keyValues }, 'self');
}
