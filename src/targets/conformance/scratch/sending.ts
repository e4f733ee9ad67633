import { encodeNewAccessGroup } from '../../gws/kinds/access-group.js';
import type { Wire } from '../../gws/wire.js';
import { isWire } from '../../gws/wire.js';
import type { ScratchCheck } from '../check.js';
import { broken, held } from '../fact.js';
import { inWords, isOk } from '../raw-answer.js';
import type { Scratch } from './scratch.js';

/** Body of a new group with something in its CfgGroup that we never send. */
async function send(scratch: Scratch, what: string, over: Wire): Promise<string> {
  await scratch.group();
  const name = scratch.nameOf(what);
  const group = { tenantDbid: scratch.tenantDbid, name, annex: {} };
  const body = encodeNewAccessGroup(group, scratch.site.config.conventions);
  const inside = isWire(body['CfgGroup']) ? body['CfgGroup'] : {};
  const { answer, dbid } = await scratch.create('accessGroup', name, {
    ...body,
    CfgGroup: { ...inside, ...over },
  });
  return dbid === null ? `refused: ${inWords(answer)}` : 'accepted';
}

/** What this platform makes of requests that we do not send, and of a change without a token. */
export const sendingChecks: readonly ScratchCheck[] = [
  {
    id: 'numbers-sent',
    channel: 'objects',
    text: 'We send strings only; what numbers do is of no matter.',
    source: 'not documented; strings: seen',
    questions: [14],
    attempt: async (scratch) => held(await send(scratch, 'numbers', { tenantDBID: scratch.tenantDbid })),
  },
  {
    id: 'unknown-members-sent',
    channel: 'objects',
    text: 'We send known members only; what others do is of no matter.',
    source: 'not documented',
    questions: [14],
    attempt: async (scratch) => held(await send(scratch, 'members', { noSuchMember: '1' })),
  },
  {
    id: 'dbid-sent',
    channel: 'objects',
    text: 'We send no DBID of a new object; what one does is of no matter.',
    source: 'not documented; objects without: seen',
    questions: [14],
    attempt: async (scratch) => held(await send(scratch, 'dbid', { DBID: '1' })),
  },
  {
    id: 'csrf-refusal',
    channel: 'objects',
    text: 'Where CSRF protection is on, a change without its token is 403 and says so, as text or in the envelope.',
    source: 'documented as text',
    questions: [12],
    attempt: async (scratch) => {
      const dbid = await scratch.group();
      const delta = { CfgDeltaGroup: { CfgGroup: { DBID: String(dbid), name: scratch.nameOf('group') } } };
      const answer = await scratch.site.gws.withoutToken('PUT', 'access-groups', {
        'delta-access-group': delta,
      });
      if (isOk(answer)) return held('no token is asked for');
      if (answer.status !== 403) return broken(inWords(answer));
      const form = answer.body === undefined ? 'plain text' : 'the envelope';
      return /csrf/i.test(answer.text) || answer.body === undefined
        ? held(`403, ${form}`)
        : broken(`${inWords(answer)}: not to be told from a refusal for rights`);
    },
  },
];
