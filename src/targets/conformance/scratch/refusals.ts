import { Access, ObjectType } from '../../../solutions/ports/object-types.js';
import { integerOf } from '../../gws/wire.js';
import type { ScratchCheck } from '../check.js';
import type { Answer } from '../fact.js';
import { broken, held, unknown } from '../fact.js';
import type { RawGws } from '../raw-gws.js';
import { errorTypeOf, inWords, isOk } from '../raw-answer.js';
import { grant } from './access-lists.js';
import { join } from './groups.js';
import type { MadePerson, Scratch } from './scratch.js';

/** Our own Person at the objects API; null where it cannot sign in. */
async function signIn(scratch: Scratch, { name, password, dbid }: MadePerson): Promise<RawGws | null> {
  const login = { username: name, password };
  // Who has no rights sees no tenant: that is an answer to somebody who is in.
  const isIn = async (gws: RawGws): Promise<boolean> => {
    const { status, body } = await gws.get('tenants?dbid=1');
    return body !== undefined && (status === 200 || status === 404);
  };
  const first = scratch.site.gws.as(login);
  if (await isIn(first)) return first;
  // Some sites let nobody in who is in no group.
  await join(scratch, dbid);
  const second = scratch.site.gws.as(login);
  return (await isIn(second)) ? second : null;
}

/** What the platform says when it refuses for want of rights: asked as a user of our own who has none. */
export const refusalChecks: readonly ScratchCheck[] = [
  {
    id: 'no-permission',
    channel: 'objects',
    needs: ['security'],
    text: 'A refusal for want of rights is error type conventions.errorTypeNoPermission, or statusCode 5.',
    source: 'the number: not known in public',
    questions: [6, 12],
    attempt: async (scratch): Promise<Answer> => {
      const group = await scratch.group();
      const person = await scratch.createPerson('no-rights');
      const gws = await signIn(scratch, person);
      if (gws === null) return unknown('a Person without rights cannot sign in to the objects API here');
      // Without Read it might be told that there is no such group.
      const account = { type: ObjectType.person, dbid: person.dbid };
      await grant(scratch, { type: ObjectType.accessGroup, dbid: group }, account, Access.read);
      const answer = await gws.request('DELETE', `access-groups/${group}`);
      if (isOk(answer)) return broken('a Person with Read only deleted an access group');
      const errorType = errorTypeOf(answer);
      const ours = scratch.site.config.conventions.errorTypeNoPermission;
      if (errorType === ours || integerOf(answer.body?.['statusCode']) === 5) return held(inWords(answer));
      return errorType === null || errorType === 10
        ? unknown(inWords(answer))
        : broken(`set conventions.errorTypeNoPermission to ${errorType} (${inWords(answer)})`);
    },
  },
];
