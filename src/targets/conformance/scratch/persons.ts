import { reading } from '../../../saga/call.js';
import { ObjectType, ScriptType, WellKnown } from '../../../solutions/ports/object-types.js';
import { PersonState } from '../../../solutions/ports/config-objects.js';
import type { ScratchCheck } from '../check.js';
import { broken, held, unknown } from '../fact.js';
import { errorTypeOf, inWords, isOk } from '../raw-answer.js';
import { join } from './groups.js';
import { whyRefused } from './why-refused.js';

const bitsOfRights = 127;

/** Persons: made, without rights, changed by what a delta names, and taken out of groups when they go. */
export const personChecks: readonly ScratchCheck[] = [
  {
    id: 'person-created',
    isMaking: true,
    channel: 'objects',
    text: 'A Person who is not an agent can be made, and is read back with its mark.',
    source: 'documented',
    attempt: async (scratch) => {
      const { dbid, name } = await scratch.person();
      const person = await scratch.site.target.objects.get(reading, 'person', dbid);
      const isMarked = Object.keys(scratch.annex).every(
        (section) => person?.annex[section]?.['run'] === scratch.run,
      );
      const isAsSent = person?.userName === name && person.employeeId === name && !person.isAgent;
      if (!isAsSent) return broken(`read back as ${JSON.stringify(person)}`);
      return isMarked ? held(`DBID ${dbid}`) : broken('the mark in its annex is not kept');
    },
  },
  {
    id: 'user-name-taken',
    channel: 'objects',
    text: 'A user name that is taken is refused as not unique (error type 12).',
    source: 'documented: unique in the database',
    attempt: async (scratch) => {
      const { name } = await scratch.person();
      const body = { tenantDBID: String(scratch.tenantDbid), userName: name, employeeID: `${name}-2` };
      const { answer, dbid } = await scratch.create('person', name, { ...body, isAgent: '1', state: '1' });
      if (dbid !== null) return broken('a second Person of the same user name was made');
      return errorTypeOf(answer) === 12 ? held(inWords(answer)) : broken(inWords(answer));
    },
  },
  {
    id: 'person-without-rights',
    channel: 'security',
    text: 'A new Person can read no Business Process that EVERYONE cannot read.',
    source: 'documented: no default access',
    attempt: async (scratch) => {
      const { dbid } = await scratch.createPerson('rights');
      const { site } = scratch;
      const processes = (await site.all('script'))
        .filter(({ scriptType }) => scriptType === ScriptType.businessProcess)
        .map((script) => ({ type: ObjectType.script, dbid: script.dbid, name: script.name }));
      const rights = (type: number, of: number) =>
        site.target.security.effectivePermissions(reading, { type, dbid: of }, processes);
      const mine = await rights(ObjectType.person, dbid);
      const everyones = await rights(ObjectType.accessGroup, WellKnown.everyone);
      const more = processes.filter((_, i) => ((mine[i] ?? 0) & ~(everyones[i] ?? 0) & bitsOfRights) !== 0);
      if (processes.length === 0) return unknown('no Business Process is seen');
      return more.length === 0
        ? held(`${processes.length} Business Processes`)
        : broken(
            `it may do something with ${more.length} of ${processes.length}, such as "${more[0]?.name ?? ''}"`,
          );
    },
  },
  {
    id: 'delta-changes-what-it-names',
    channel: 'objects',
    text: 'A delta that disables a Person changes nothing else of it.',
    source: 'seen for skills',
    attempt: async (scratch) => {
      const { dbid } = await scratch.person();
      const { objects } = scratch.site.target;
      const before = await objects.get(reading, 'person', dbid);
      await objects.setPersonState(reading, dbid, PersonState.disabled);
      const after = await objects.get(reading, 'person', dbid);
      await objects.setPersonState(reading, dbid, PersonState.enabled);
      const wanted = before === null ? null : { ...before, state: PersonState.disabled };
      return JSON.stringify(after) === JSON.stringify(wanted)
        ? held('state only')
        : broken(`before ${JSON.stringify(before)}, after ${JSON.stringify(after)}`);
    },
  },
  {
    id: 'membership-of-deleted',
    channel: 'objects',
    text: 'A Person that is deleted leaves its access groups by itself.',
    source: 'documented',
    attempt: async (scratch) => {
      const { dbid } = await scratch.createPerson('leaving');
      const { isIn, said } = await join(scratch, dbid);
      if (!isIn) return unknown(`no member could be added: ${said}`);
      const removed = await scratch.site.gws.request('DELETE', `persons/${dbid}`);
      if (!isOk(removed)) return broken(whyRefused(removed, scratch.site.config));
      const group = await scratch.site.target.objects.get(reading, 'accessGroup', await scratch.group());
      const isThere = group?.members.some((member) => member.dbid === dbid) ?? false;
      return isThere ? broken('it is still among the members') : held('gone from the members');
    },
  },
];
