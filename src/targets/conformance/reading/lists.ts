import { CallError } from '../../../saga/call-error.js';
import type { ObjectKind } from '../../../solutions/ports/config-objects.js';
import { isWire } from '../../gws/wire.js';
import { kinds } from '../../gws/kinds/kinds.js';
import type { ReadingCheck } from '../check.js';
import { broken, held, unknown } from '../fact.js';
import { errorTypeOf, inWords, isOk } from '../raw-answer.js';
import type { Site } from '../site.js';

/** DBIDs grow one by one from about 100: the largest one that fits is never taken. */
export const nobodysDbid = 2_147_483_647;

export const allKinds = Object.keys(kinds) as readonly ObjectKind[];
/** Without one of these no platform is complete. */
const always: ReadonlySet<ObjectKind> = new Set(['tenant', 'accessGroup', 'person', 'application']);

/** Collections of Genesys Web Services, and single objects of them. */
export const listChecks: readonly ReadingCheck[] = [
  ...allKinds.map((kind): ReadingCheck => ({
    id: `list-${kinds[kind].collection}`,
    channel: 'objects',
    text: `The list of ${kinds[kind].collection} comes whole, and each item of it can be read.`,
    source: 'documented: collections of the Platform Configuration API; whole lists: seen',
    ask: (site) => listOfKind(site, kind),
  })),
  {
    id: 'one-by-dbid',
    channel: 'objects',
    text: 'A single object by its DBID stands under its singular name.',
    source: 'documented; seen for access groups and applications',
    ask: async (site) => {
      const faults: string[] = [];
      const read: string[] = [];
      for (const kind of allKinds) {
        const [first] = await site.all(kind);
        if (first === undefined) continue;
        const { collection, singular } = kinds[kind];
        const answer = await site.gws.get(`${collection}/${first.dbid}`);
        if (isOk(answer) && isWire(answer.body?.[singular])) read.push(singular);
        else faults.push(`${collection}/${first.dbid}: ${inWords(answer)}, no ${singular}`);
      }
      if (faults.length > 0) return broken(faults.join('; '));
      return read.length === 0 ? unknown('there is no object to read') : held(read.join(', '));
    },
  },
  {
    id: 'unknown-dbid',
    channel: 'objects',
    text: 'A DBID that nobody has is answered as not found: 404 with statusCode 6, or error type 10.',
    source: 'seen: 404 with statusCode 6 for skills',
    ask: async (site) => {
      const answer = await site.gws.get(`persons/${nobodysDbid}`);
      const isNotFound = answer.status === 404 || errorTypeOf(answer) === 10;
      return isNotFound && answer.body !== undefined ? held(inWords(answer)) : broken(inWords(answer));
    },
  },
  {
    id: 'no-match',
    channel: 'objects',
    text: 'A filter that nothing matches answers an empty list, or "not found".',
    source: 'concluded; the client takes either',
    ask: async (site) => {
      const answer = await site.gws.get(
        `access-groups?name=${encodeURIComponent('"no group has this name"')}`,
      );
      if (answer.status === 404) return held('answered as not found');
      if (!isOk(answer)) return broken(inWords(answer));
      const list = answer.body?.['access-groups'];
      if (list === undefined) return held('the empty list is left out');
      return Array.isArray(list) && list.length === 0
        ? held('an empty list')
        : held('the filter is ignored: each list is asked for whole, and its items are looked at');
    },
  },
];

async function listOfKind(site: Site, kind: ObjectKind) {
  try {
    const { length } = await site.all(kind);
    if (length === 0 && always.has(kind))
      return broken('none is seen: the user of the objects API lacks Read on them');
    return held(`${length} seen`);
  } catch (error) {
    if (error instanceof CallError && (error.errorClass === 'invalid' || error.errorClass === 'transient'))
      return broken(error.detail);
    throw error;
  }
}
