import { reading } from '../../../saga/call.js';
import type { Conventions } from '../../../config/conventions.js';
import { ObjectType } from '../../../solutions/ports/object-types.js';
import { ErrorType } from '../../gws/platform-code.js';
import { encodeMemberDelta, encodeNewAccessGroup } from '../../gws/kinds/access-group.js';
import type { ScratchCheck } from '../check.js';
import type { Answer } from '../fact.js';
import { broken, held, unknown } from '../fact.js';
import { errorTypeOf, inWords, isOk } from '../raw-answer.js';
import { otherAnnex, type Scratch } from './scratch.js';
import { whyRefused } from './why-refused.js';

const groupOf = async ({ site }: Scratch, dbid: number) =>
  site.target.objects.get(reading, 'accessGroup', dbid);

/** Spellings of a delta's members, ours first. */
export function spellings(ours: Conventions): readonly Conventions[] {
  const all = (['memberIDs', 'addedMemberIDs'] as const).flatMap((accessGroupMembers) =>
    (['CfgDeltaGroup', 'delta-access-group'] as const).flatMap((accessGroupMembersIn) =>
      (['cfgID', 'bare', 'CfgID'] as const).map((accessGroupMemberItems) => ({
        ...ours,
        accessGroupMembers,
        accessGroupMembersIn,
        accessGroupMemberItems,
      })),
    ),
  );
  return [ours, ...all];
}

async function changeMember(
  scratch: Scratch,
  change: 'add' | 'remove',
  personDbid: number,
  conventions: Conventions,
): Promise<{ isDone: boolean; said: string }> {
  const group = await scratch.group();
  const member = { type: ObjectType.person, dbid: personDbid };
  const delta = { 'delta-access-group': encodeMemberDelta(group, change, member, conventions) };
  const answer = await scratch.site.gws.request('PUT', 'access-groups', delta);
  const isIn = (await groupOf(scratch, group))?.members.some(({ dbid }) => dbid === personDbid) ?? false;
  return { isDone: isIn === (change === 'add'), said: whyRefused(answer, scratch.site.config) };
}

/** Brings a Person into the group, however this platform wants it said. @returns whether it is in */
export async function join(scratch: Scratch, personDbid: number): Promise<{ isIn: boolean; said: string }> {
  let first = '';
  for (const conventions of spellings(scratch.members)) {
    const { isDone, said } = await changeMember(scratch, 'add', personDbid, conventions);
    first ||= said;
    if (!isDone) continue;
    scratch.members = conventions;
    return { isIn: true, said };
  }
  return { isIn: false, said: first };
}

/** Access groups: made, marked, named, and with members. */
export const groupChecks: readonly ScratchCheck[] = [
  {
    id: 'group-created',
    isMaking: true,
    channel: 'objects',
    text: 'An ordinary access group (type 1) can be made, and is read back as it was sent.',
    source: 'documented; answer with id, uri and path: seen',
    attempt: async (scratch) => {
      const group = await groupOf(scratch, await scratch.group());
      const isAsSent =
        group?.name === scratch.nameOf('group') &&
        group.groupType === 1 &&
        group.tenantDbid === scratch.tenantDbid &&
        group.members.length === 0;
      return isAsSent ? held(`DBID ${group.dbid}`) : broken(`read back as ${JSON.stringify(group)}`);
    },
  },
  {
    id: 'group-annex',
    channel: 'objects',
    text: 'The mark in the annex of an access group is kept where conventions.accessGroupAnnex puts it.',
    source: 'concluded from the class; not seen in JSON',
    questions: [15],
    attempt: async (scratch): Promise<Answer> => {
      await scratch.group();
      const ours = scratch.site.config.conventions;
      for (const conventions of [ours, otherAnnex(ours)]) {
        const { dbid } = await scratch.createGroup(`annex-${conventions.accessGroupAnnex}`, conventions);
        const group = dbid === null ? null : await groupOf(scratch, dbid);
        const isKept = Object.entries(scratch.annex).every(
          ([section, { run }]) => group?.annex[section]?.['run'] === run,
        );
        if (group === null || !isKept) continue;
        return conventions === ours
          ? held(`in ${ours.accessGroupAnnex}`)
          : broken(`set conventions.accessGroupAnnex to "${conventions.accessGroupAnnex}"`);
      }
      return broken('it is kept in neither place: nothing that we make could be known as ours');
    },
  },
  {
    id: 'member-added',
    channel: 'objects',
    text: 'A Person becomes a member of an access group by a delta in the spelling of the conventions.',
    source: 'concluded; one public caller, result unknown',
    questions: [1],
    attempt: async (scratch) => {
      const person = await scratch.person();
      const { isIn, said } = await join(scratch, person.dbid);
      if (!isIn) return broken(`in no spelling that is known: ${said}`);
      const wanted = differences(scratch.site.config.conventions, scratch.members);
      return wanted === '' ? held('as the conventions have it') : broken(`set ${wanted}`);
    },
  },
  {
    id: 'member-removed',
    channel: 'objects',
    text: 'The same takes a member away.',
    source: 'concluded',
    questions: [1],
    attempt: async (scratch) => {
      const { dbid } = await scratch.person();
      if (!(await join(scratch, dbid)).isIn) return unknown('no member could be added');
      const { isDone, said } = await changeMember(scratch, 'remove', dbid, scratch.members);
      return isDone ? held(`as ${scratch.members.accessGroupMembersDeleted}`) : broken(said);
    },
  },
  {
    id: 'name-taken',
    channel: 'objects',
    text: 'A name that is taken is refused as not unique (error type 12), whatever the HTTP status.',
    source: 'seen for skills: HTTP 500, platformCode 5836044',
    attempt: async (scratch) => {
      await scratch.group();
      const { answer, dbid } = await scratch.createGroup('group', scratch.members);
      if (dbid !== null) return broken('a second access group of the same name was made');
      return errorTypeOf(answer) === ErrorType.uniquenessViolation
        ? held(inWords(answer))
        : broken(inWords(answer));
    },
  },
  {
    id: 'odd-name',
    channel: 'objects',
    text: 'Quotes, backslashes and letters of all scripts in a name come back as they were sent.',
    source: 'concluded',
    attempt: async (scratch) => {
      await scratch.group();
      const name = scratch.nameOf('say "hi" \\ ü 漢 <b>&amp;%22');
      const body = encodeNewAccessGroup(
        { tenantDbid: scratch.tenantDbid, name, annex: {} },
        scratch.site.config.conventions,
      );
      const { answer, dbid } = await scratch.create('accessGroup', name, body);
      if (dbid === null) return broken(inWords(answer));
      const group = await groupOf(scratch, dbid);
      return group?.name === name
        ? held('as it was sent')
        : broken(`read back as ${JSON.stringify(group?.name)}`);
    },
  },
  {
    id: 'dbid-never-again',
    channel: 'objects',
    text: 'What is deleted is gone at once, and its DBID is not given again.',
    source: 'documented',
    attempt: async (scratch) => {
      await scratch.group();
      const { site } = scratch;
      const first = await scratch.createGroup('again');
      const removed = await site.gws.request('DELETE', `access-groups/${first.dbid ?? 0}`);
      if (first.dbid === null || !isOk(removed)) return broken(whyRefused(removed, site.config));
      if ((await groupOf(scratch, first.dbid)) !== null) return broken('it is still there');
      const second = await scratch.createGroup('again');
      return second.dbid !== null && second.dbid > first.dbid
        ? held(`${first.dbid}, then ${second.dbid}`)
        : broken(`${first.dbid}, then ${String(second.dbid)}`);
    },
  },
];

function differences(ours: Conventions, found: Conventions): string {
  const names = ['accessGroupMembers', 'accessGroupMembersIn', 'accessGroupMemberItems'] as const;
  return names
    .filter((name) => ours[name] !== found[name])
    .map((name) => `conventions.${name} to "${found[name]}"`)
    .join(', ');
}
