import { setTimeout as wait } from 'node:timers/promises';
import { reading } from '../../../saga/call.js';
import { messageOf } from '../../../errors.js';
import { kinds } from '../../gws/kinds/kinds.js';
import { errorTypeOf, isOk } from '../raw-answer.js';
import type { Site } from '../site.js';
import type { Made } from './made.js';
import { describeMade, isOurName } from './made.js';
import type { Scratch } from './scratch.js';
import { whyRefused } from './why-refused.js';

/** A site that is down for a moment is no reason to leave something behind. */
const rounds = 3;
const pauseMs = 1_000;

/**
 * Takes away what a run made, the last first: an application before the Person that it runs as.
 * @returns what could not be removed, and why; empty when the site is as it was
 */
export async function removeAll(scratch: Scratch): Promise<readonly string[]> {
  const { site } = scratch;
  // What no answer told may still land: it is looked for once more when it cannot any longer.
  if (scratch.made.some(({ isCertain }) => !isCertain)) await wait(site.config.lateMs);
  let standing = [...scratch.made].reverse().map((made) => ({ made, why: '' }));
  for (let round = 1; round <= rounds && standing.length > 0; round += 1) {
    if (round > 1) await wait(pauseMs);
    const left: typeof standing = [];
    for (const { made } of standing) {
      const why = await remove(site, made).catch(messageOf);
      if (why !== '') left.push({ made, why });
    }
    standing = left;
  }
  return standing.map(({ made, why }) => `${describeMade(made)}: ${why}`);
}

/** Removes one object. @returns why it stands still; empty when it is gone */
async function remove(site: Site, made: Made): Promise<string> {
  const { collection } = kinds[made.kind];
  const dbids = made.dbid === null ? await dbidsOf(site, made) : [made.dbid];
  for (const dbid of dbids) {
    const answer = await site.gws.request('DELETE', `${collection}/${dbid}`);
    const isGone = isOk(answer) || errorTypeOf(answer) === 10;
    if (!isGone) return whyRefused(answer, site.config);
    if ((await site.target.objects.get(reading, made.kind, dbid)) !== null)
      return 'said to be deleted, and still there';
  }
  return '';
}

async function dbidsOf(site: Site, { kind, name }: Made): Promise<readonly number[]> {
  const { objects } = site.target;
  const found =
    kind === 'person'
      ? await objects.find(reading, kind, { userName: name })
      : await objects.find(reading, kind, { name });
  return found.map(({ dbid }) => dbid);
}

/** What runs before this one have left, by their names; they may belong to one that runs at this moment. */
export async function leftByOthers(site: Site): Promise<readonly Made[]> {
  const [groups, persons, applications] = await Promise.all([
    site.all('accessGroup'),
    site.all('person'),
    site.all('application'),
  ]);
  const standing = (kind: Made['kind'], name: string, dbid: number): readonly Made[] =>
    isOurName(name) ? [{ kind, name, dbid, isCertain: true }] : [];
  return [
    ...applications.flatMap(({ name, dbid }) => standing('application', name, dbid)),
    ...persons.flatMap(({ userName, dbid }) => standing('person', userName, dbid)),
    ...groups.flatMap(({ name, dbid }) => standing('accessGroup', name, dbid)),
  ];
}
