import { reading } from '../../../saga/call.js';
import { AppType } from '../../../solutions/ports/object-types.js';
import type { Wire } from '../../gws/wire.js';
import { flagOf, integerOf, isWire, listOf, textOf } from '../../gws/wire.js';
import type { Scratch } from './scratch.js';
import { Unmade } from './scratch.js';
import { whyRefused } from './why-refused.js';

/** Types that the isolation report looks at, and those with a life of their own: a server of ours is none of them. */
const notOurs: ReadonlySet<number> = new Set([
  AppType.tServer,
  AppType.statServer,
  AppType.dbServer,
  9, // Interaction Concentrator
  AppType.configurationServer,
  43, // Solution Control Server
  AppType.applicationCluster,
  AppType.interactionServer,
]);

const servers = new WeakMap<
  Scratch,
  { one?: Promise<number>; pair?: Promise<{ primary: number; backup: number }> }
>();
const of = (scratch: Scratch) => {
  const known = servers.get(scratch) ?? {};
  servers.set(scratch, known);
  return known;
};

/** A server application of our own, in no tenant and on no host, so that nobody takes it for one of theirs. @throws Unmade */
export function ownServer(scratch: Scratch): Promise<number> {
  const known = of(scratch);
  known.one ??= make(scratch, 'server');
  return known.one;
}

/** A primary and its backup. The primary is made last, and so goes first: a backup that is linked cannot be deleted. @throws Unmade */
export function ownPair(scratch: Scratch): Promise<{ primary: number; backup: number }> {
  const known = of(scratch);
  known.pair ??= (async () => {
    const backup = await make(scratch, 'backup', { redundancyType: '2' });
    const structure = (await patternOf(scratch)).structure;
    const link = { redundancyType: '2', [structure]: { backupServerDBID: String(backup) } };
    const primary = await make(scratch, 'primary', link);
    const made = await scratch.site.target.objects.get(reading, 'application', primary);
    if (made?.backupDbid !== backup) throw new Unmade('the link of a primary to its backup was not kept');
    return { primary, backup };
  })();
  return known.pair;
}

/** From which application of the site ours takes its prototype. */
async function patternOf({ site }: Scratch): Promise<{ like: Wire; structure: string }> {
  const { body } = await site.gws.get('applications');
  const all = listOf(body?.['applications']).filter(isWire);
  const like = all.find(
    (item) => flagOf(item['isServer'], false) && !notOurs.has(integerOf(item['type']) ?? 0),
  );
  if (like === undefined) throw new Unmade('there is no server application to take the prototype of');
  const structure = ['CfgServer', 'CfgServerInfo', 'serverInfo'].find((name) =>
    all.some((item) => name in item),
  );
  return { like, structure: structure ?? 'CfgServer' };
}

async function make(scratch: Scratch, what: string, over: Wire = {}): Promise<number> {
  const { like } = await patternOf(scratch);
  const prototype = integerOf(like['appPrototypeDBID']) ?? 0;
  const name = scratch.nameOf(what);
  const body = {
    name,
    // Type and version come from the prototype, where there is one.
    ...(prototype > 0
      ? { appPrototypeDBID: String(prototype) }
      : { type: textOf(like['type']), version: textOf(like['version']), isServer: '2' }),
    state: '1',
    userProperties: scratch.annex,
    ...over,
  };
  const { answer, dbid } = await scratch.create('application', name, body);
  if (dbid === null)
    throw new Unmade(`no server of its own could be made: ${whyRefused(answer, scratch.site.config)}`);
  return dbid;
}
