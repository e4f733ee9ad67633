import { ObjectType } from '../../../solutions/ports/object-types.js';
import { WellKnown } from '../../../solutions/ports/object-types.js';
import { listOf } from '../../gws/wire.js';
import { kinds } from '../../gws/kinds/kinds.js';
import { isWire } from '../../gws/wire.js';
import type { ReadingCheck } from '../check.js';
import type { Answer } from '../fact.js';
import { broken, held, unknown } from '../fact.js';
import type { RawAnswer } from '../raw-answer.js';
import { inWords, isOk } from '../raw-answer.js';
import { nobodysDbid } from './lists.js';

const countOf = (answer: RawAnswer, collection: string): number => listOf(answer.body?.[collection]).length;

/** What a filter did that the platform may not know: nothing of it is relied on, and either answer has its name. */
function answered(answer: RawAnswer, collection: string): string {
  if (!isOk(answer)) return `refused: ${inWords(answer)}`;
  const count = countOf(answer, collection);
  return count === 0 ? 'answers an empty list' : `answers ${count} ${collection}`;
}

/** Filters at the edge of what is documented. */
export const oddFilterChecks: readonly ReadingCheck[] = [
  {
    id: 'filter-unknown-key',
    channel: 'objects',
    text: 'A filter that the platform does not know is refused or ignored, never answered with less than the list.',
    source: 'not documented',
    questions: [11],
    ask: async ({ gws }) => {
      const [all, filtered] = [await gws.get('tenants'), await gws.get('tenants?no_such_filter=1')];
      if (filtered.status === 404) return broken('answered as not found: objects would be overlooked');
      if (!isOk(filtered)) return held(answered(filtered, 'tenants'));
      const missing = countOf(all, 'tenants') - countOf(filtered, 'tenants');
      return missing > 0
        ? broken(`${answered(filtered, 'tenants')}: objects would be overlooked`)
        : held('ignored: the whole list comes');
    },
  },
  {
    id: 'filter-wrong-type',
    channel: 'objects',
    text: 'We send each filter in its documented type; what another type does is of no matter.',
    source: 'not documented',
    questions: [11],
    ask: async ({ gws }) =>
      held(answered(await gws.get(`tenants?dbid=${encodeURIComponent('"1"')}`), 'tenants')),
  },
  {
    id: 'filter-quotes-inside',
    channel: 'objects',
    text: 'We never send quotes inside a quoted value; what they do is of no matter.',
    source: 'not documented',
    questions: [11],
    ask: async ({ gws }) =>
      held(answered(await gws.get(`tenants?name=${encodeURIComponent('"no "such" tenant"')}`), 'tenants')),
  },
  {
    id: 'person-groups',
    channel: 'objects',
    text: 'The access groups of a Person are those that name it; whether EVERYONE is among them is of no matter.',
    source: 'documented: filter person_dbid; EVERYONE: not documented',
    questions: [13],
    ask: async (site) => {
      const groups = await site.all('accessGroup');
      const member = groups
        .flatMap(({ members }) => members)
        .find(({ type, dbid }) => type === ObjectType.person && dbid > 0);
      if (member === undefined) return unknown('no access group has a member');
      const answer = await site.gws.get(`access-groups?person_dbid=${member.dbid}`);
      if (!isOk(answer)) return held(answered(answer, 'access-groups'));
      const found = listOf(answer.body?.['access-groups']).filter(isWire).map(kinds.accessGroup.decode);
      const everyone = found.some(({ dbid }) => dbid === WellKnown.everyone);
      return held(`EVERYONE is ${everyone ? '' : 'not '}among them`);
    },
  },
  {
    id: 'account-filter-nobody',
    channel: 'objects',
    text: 'No application is found for an account that does not exist: the filter by account is known.',
    source: 'documented: account_type and account_dbid; together: concluded',
    questions: [13],
    ask: async ({ gws }) => {
      const query = `applications?account_type=3&account_dbid=${nobodysDbid}`;
      const answer = await gws.get(query);
      if (isOk(answer) && countOf(answer, 'applications') > 0)
        return broken(`${answered(answer, 'applications')}: the filter is ignored`);
      return held(answered(answer, 'applications'));
    },
  },
  {
    id: 'account-filter-singly',
    channel: 'objects',
    text: 'We always send account_type and account_dbid together; whether one works alone is of no matter.',
    source: 'not documented',
    questions: [13],
    ask: async ({ gws }) =>
      held(answered(await gws.get(`applications?account_type=${ObjectType.accessGroup}`), 'applications')),
  },
  {
    id: 'account-filter-finds',
    channel: 'objects',
    needs: ['security'],
    text: 'The filter by account finds the servers that run under it.',
    source: 'documented, for clients that may read the access lists of the applications; not seen in use',
    questions: [13],
    ask: async (site): Promise<Answer> => {
      const servers = (await site.all('application')).filter(({ isServer }) => isServer);
      for (const { dbid, name } of servers.slice(0, 5)) {
        const read = await site.security.get(`account/${dbid}`);
        const [type, of] = [read.body?.['accountType'], read.body?.['accountDbid']].map(Number);
        if (read.status !== 200 || !type || !of) continue;
        const answer = await site.gws.get(`applications?account_type=${type}&account_dbid=${of}`);
        const found = listOf(answer.body?.['applications']).filter(isWire);
        if (!found.some((item) => Number(item['DBID']) === dbid))
          return broken(
            `"${name}" runs as ${type}/${of} and is not among the ${found.length} found (${inWords(answer)}); may our user read the access lists of the applications (Read permissions)?`,
          );
        return held(`${found.length} for ${type}/${of}`);
      }
      return unknown('the account of no server could be read');
    },
  },
];
