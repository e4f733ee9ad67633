import type { Filters, ObjectKind, Objects } from '../../../solutions/ports/config-objects.js';
import { queryOf } from '../../gws/filter.js';
import { kinds } from '../../gws/kinds/kinds.js';
import type { Term } from '../../gws/kinds/kind.js';
import { isWire, listOf } from '../../gws/wire.js';
import type { ReadingCheck } from '../check.js';
import type { Answer } from '../fact.js';
import { broken, held, unknown } from '../fact.js';
import { inWords, isOk } from '../raw-answer.js';
import type { RawAnswer } from '../raw-answer.js';
import type { Site } from '../site.js';

/** Filters as the service sends them, made from what an object of the site holds; undefined: it holds nothing to ask for. */
type Samples<K extends ObjectKind> = readonly ((object: Objects[K]) => Filters[K] | undefined)[];

const samples: { readonly [K in ObjectKind]: Samples<K> } = {
  tenant: [({ name }) => ({ name })],
  accessGroup: [
    ({ tenantDbid }) => ({ tenantDbid }),
    ({ name }) => ({ name }),
    ({ members: [first] }) => (first === undefined ? undefined : { personDbid: first.dbid }),
  ],
  person: [
    ({ tenantDbid }) => ({ tenantDbid }),
    ({ userName }) => ({ userName }),
    ({ employeeId }) => (employeeId === '' ? undefined : { employeeId }),
    ({ isAgent }) => ({ isAgent }),
  ],
  application: [
    ({ name }) => ({ name }),
    ({ tenantDbids: [tenantDbid] }) => (tenantDbid === undefined ? undefined : { tenantDbid }),
    ({ appType }) => ({ appType }),
    ({ connections: [serverDbid] }) => (serverDbid === undefined ? undefined : { serverDbid }),
    ({ backupDbid }) => (backupDbid === null ? undefined : { backupServerDbid: backupDbid }),
  ],
  script: [
    ({ tenantDbid }) => ({ tenantDbid }),
    ({ scriptType }) => ({ scriptType }),
    ({ name }) => ({ name }),
  ],
  host: [({ name }) => ({ name })],
};

const textOfKind = (kind: ObjectKind): string =>
  `Each filter of ${kinds[kind].collection} that we send finds all objects that it should.`;

/** Filters: quoted is a string, bare an integer; what is not found by one would be overlooked. */
export const filterChecks: readonly ReadingCheck[] = (Object.keys(samples) as ObjectKind[]).map(
  (kind): ReadingCheck => ({
    id: `filters-${kinds[kind].collection}`,
    channel: 'objects',
    text: textOfKind(kind),
    source: 'documented: filter keys of the class; the quoted name: seen',
    ask: (site) => askFilters(site, kind),
  }),
);

// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- ties the samples to the objects
async function askFilters<K extends ObjectKind>(site: Site, kind: K): Promise<Answer> {
  const objects = await site.all(kind);
  const asked: string[] = [];
  const faults: string[] = [];
  for (const sample of samples[kind]) {
    const filter = objects.map(sample).find((one) => one !== undefined && isPlain(one));
    if (filter === undefined) continue;
    const terms = kinds[kind].terms(filter);
    const key = terms.map((term) => term.key).join('&');
    const wanted = objects.filter((object) => terms.every((term) => term.holds?.(object) ?? true));
    const answer = await site.gws.get(`${kinds[kind].collection}${queryOf(terms)}`);
    const said = judge(answer, kind, wanted, terms);
    if (said.missing > 0)
      faults.push(`${key} misses ${said.missing} of ${wanted.length} (${inWords(answer)})`);
    asked.push(said.how === '' ? key : `${key} (${said.how})`);
  }
  if (faults.length > 0) return broken(faults.join('; '));
  return asked.length === 0 ? unknown('there is no object to ask for') : held(asked.join(', '));
}

/** A value that no platform can find fault with; the others are never sent, or asked for by checks of their own. */
const isPlain = (filter: object): boolean =>
  Object.values(filter).every((value) => typeof value !== 'string' || /^[\p{L}\p{N} ._-]+$/u.test(value));

function judge<K extends ObjectKind>(
  answer: RawAnswer,
  kind: K,
  wanted: readonly Objects[K][],
  terms: readonly Term<Objects[K]>[],
): { missing: number; how: string } {
  // The client asks for the whole list then.
  if (answer.status === 400) return { missing: 0, how: 'refused: the whole list is asked for instead' };
  if (!isOk(answer)) return { missing: wanted.length, how: '' };
  const items = listOf(answer.body?.[kinds[kind].collection]).filter(isWire).map(kinds[kind].decode);
  const dbids = new Set(items.map(({ dbid }) => dbid));
  const missing = wanted.filter(({ dbid }) => !dbids.has(dbid)).length;
  const isNarrow = items.every((item) => terms.every((term) => term.holds?.(item) ?? true));
  return { missing, how: isNarrow ? '' : 'answers others too: they are left out by us' };
}
