import { reading } from '../../../saga/call.js';
import { CallError } from '../../../saga/call-error.js';
import type { ObjectId } from '../../../solutions/ports/config-objects.js';
import type { Acl, AclEntry } from '../../../solutions/ports/config-security.js';
import { Access, ObjectType } from '../../../solutions/ports/object-types.js';
import type { ScratchCheck } from '../check.js';
import { broken, held, unknown } from '../fact.js';
import { inWords, isOk } from '../raw-answer.js';
import type { Scratch } from './scratch.js';
import { Unmade } from './scratch.js';

const source = 'contract of the bridge; RequestUpdatePermissions: seen in the SDK';

const sorted = (entries: readonly AclEntry[]): string =>
  JSON.stringify(
    entries.map(({ account, accessMask }) => [account.type, account.dbid, accessMask].join('/')).sort(),
  );

async function listOf({ site }: Scratch, object: ObjectId): Promise<Acl> {
  const acl = await site.target.security.readAcl(reading, object);
  if (acl === null)
    throw new Unmade(`the bridge does not know ${object.type}/${object.dbid}, which was just made`);
  return acl;
}

/** Puts an entry of an account into the list of an object of ours. */
export async function grant(
  scratch: Scratch,
  object: ObjectId,
  account: ObjectId,
  mask: number,
): Promise<void> {
  const { entries, token } = await listOf(scratch, object);
  const added = [...entries, { account, accessMask: mask }];
  await scratch.site.target.security.replaceAcl(reading, object, { entries: added, token });
}

/** The list of the Person, and the group that gets into it. */
async function both(scratch: Scratch): Promise<{ object: ObjectId; account: ObjectId }> {
  const group = await scratch.group();
  const { dbid } = await scratch.person();
  return {
    object: { type: ObjectType.person, dbid },
    account: { type: ObjectType.accessGroup, dbid: group },
  };
}

/** Access lists: written whole, compared before, and what they give. */
export const listWriteChecks: readonly ScratchCheck[] = [
  {
    id: 'list-written',
    channel: 'security',
    text: 'An entry written into a list is there with all others, gives its rights, and can be taken out again.',
    source,
    attempt: async (scratch) => {
      const { object, account } = await both(scratch);
      const { security } = scratch.site.target;
      const before = await listOf(scratch, object);
      await grant(scratch, object, account, Access.readAndExecute);
      const after = await listOf(scratch, object);
      const wanted = [...before.entries, { account, accessMask: Access.readAndExecute }];
      if (sorted(after.entries) !== sorted(wanted)) return broken(`the list holds ${sorted(after.entries)}`);
      if (after.token === before.token) return broken('another list has the same ETag');
      const [mask] = await security.effectivePermissions(reading, account, [object]);
      await security.replaceAcl(reading, object, { entries: before.entries, token: after.token });
      const last = await listOf(scratch, object);
      if (((mask ?? 0) & Access.readAndExecute) !== Access.readAndExecute)
        return broken(`an entry with Read and Execute gives ${String(mask)}`);
      if (sorted(last.entries) !== sorted(before.entries))
        return broken(`the list holds ${sorted(last.entries)}`);
      return last.token === before.token
        ? held('written, effective, taken out')
        : broken('the same list has another ETag than before');
    },
  },
  {
    id: 'list-compared',
    channel: 'security',
    text: 'A list that has changed since it was read is not written: 412, and nothing is lost.',
    source: 'contract of the bridge: If-Match',
    attempt: async (scratch) => {
      const { object, account } = await both(scratch);
      const { security } = scratch.site.target;
      const old = await listOf(scratch, object);
      await grant(scratch, object, account, Access.read);
      const now = await listOf(scratch, object);
      let refusal: unknown;
      try {
        await security.replaceAcl(reading, object, { entries: [], token: old.token });
      } catch (error) {
        refusal = error;
      }
      const left = await listOf(scratch, object);
      await security.replaceAcl(reading, object, { entries: old.entries, token: left.token });
      if (sorted(left.entries) !== sorted(now.entries)) return broken('the list was overwritten');
      const isConflict = refusal instanceof CallError && refusal.errorClass === 'conflict';
      return isConflict ? held('refused') : broken(`not refused as changed: ${String(refusal)}`);
    },
  },
  {
    id: 'entries-of-deleted',
    channel: 'security',
    text: 'We leave no entry behind; what becomes of the entries of an account that is deleted is of no matter.',
    source: 'not documented',
    questions: [10],
    attempt: async (scratch) => {
      const group = { type: ObjectType.accessGroup, dbid: await scratch.group() };
      const { dbid } = await scratch.createPerson('entry');
      await grant(scratch, group, { type: ObjectType.person, dbid }, Access.read);
      const removed = await scratch.site.gws.request('DELETE', `persons/${dbid}`);
      if (!isOk(removed)) return unknown(`the Person could not be deleted: ${inWords(removed)}`);
      const { entries } = await listOf(scratch, group);
      const isThere = entries.some(
        ({ account }) => account.type === ObjectType.person && account.dbid === dbid,
      );
      return held(isThere ? 'the entry stays' : 'the entry goes with its account');
    },
  },
];
