import { reading } from '../../../saga/call.js';
import type { ObjectId } from '../../../solutions/ports/config-objects.js';
import { WellKnown } from '../../../solutions/ports/object-types.js';
import * as contract from '../../bridge/contract/schemas.js';
import { isWire, listOf } from '../../gws/wire.js';
import type { ReadingCheck } from '../check.js';
import { broken, held, unknown } from '../fact.js';
import { inWords } from '../raw-answer.js';
import { faultsIn } from '../raw-bridge.js';
import type { Site } from '../site.js';
import { allObjects, inPath, mostObjects, someObjects } from './bridge-samples.js';
import { nobodysDbid } from './lists.js';

const system: ObjectId = { type: 21, dbid: WellKnown.system };
const source = 'contract of the bridge; RequestReadObjectPermissions: seen in the SDK';
const rightsBits = 127;

const askMany = ({ security }: Site, account: ObjectId, objects: readonly ObjectId[]) =>
  security.request('POST', 'effective-permissions', {
    accountType: account.type,
    accountDbid: account.dbid,
    objects: objects.map(({ type, dbid }) => ({ objectType: type, dbid })),
  });

/** What accounts may do, as the platform computes it: isolation is judged by nothing else. */
export const bridgeRights: readonly ReadingCheck[] = [
  {
    id: 'rights-in-order',
    channel: 'security',
    needs: ['objects'],
    text: 'Rights on many objects come in the order asked, and are those of each one alone.',
    source,
    ask: async (site) => {
      const objects = await someObjects(site);
      const answer = await askMany(site, system, objects);
      const faults = answer.status === 200 ? faultsIn(contract.effectiveAnswer, answer) : inWords(answer);
      if (faults !== '') return broken(faults);
      const results = listOf(answer.body?.['results']).filter(isWire);
      if (results.length !== objects.length) return broken(`${results.length} results for ${objects.length}`);
      for (const [i, object] of objects.entries()) {
        const result = results[i] ?? {};
        if (result['objectType'] !== object.type || result['dbid'] !== object.dbid)
          return broken(`result ${i} is not about ${inPath(object)}`);
        const query = `account_type=${system.type}&account_dbid=${system.dbid}`;
        const alone = await site.security.get(`effective-permission/${inPath(object)}?${query}`);
        if (alone.body?.['accessMask'] !== result['accessMask'])
          return broken(
            `${inPath(object)}: ${String(result['accessMask'])} among many, alone ${inWords(alone)}`,
          );
      }
      return objects.length === 0
        ? unknown('there is no object to ask for')
        : held(`${objects.length} objects`);
    },
  },
  {
    id: 'rights-on-a-thousand',
    channel: 'security',
    needs: ['objects'],
    text: 'One request takes 1,000 objects, and all that the objects API shows are known behind the bridge.',
    source: 'contract of the bridge',
    ask: async (site) => {
      const known = await allObjects(site);
      if (known.length === 0) return unknown('there is no object to ask for');
      const objects = Array.from({ length: mostObjects }, (_, i) => known[i % known.length] ?? system);
      const answer = await askMany(site, system, objects);
      if (answer.status !== 200) return broken(inWords(answer));
      const results = listOf(answer.body?.['results']).filter(isWire);
      const missing = objects.filter((_, i) => results[i]?.['accessMask'] === null);
      return missing[0] === undefined
        ? held(`${results.length} results`)
        : broken(
            `${inPath(missing[0])} is not there behind the bridge: is it the same Configuration Server?`,
          );
    },
  },
  {
    id: 'rights-on-a-missing-one',
    channel: 'security',
    needs: ['objects'],
    text: 'Among many, an object that is gone is null, or the whole request is 404; never a mask.',
    source: 'contract of the bridge: null',
    ask: async (site) => {
      const missing = { type: 12, dbid: nobodysDbid };
      const answer = await askMany(site, system, [{ type: 7, dbid: 1 }, missing]);
      if (answer.status === 404) return held('the whole request is 404: it is asked for in halves');
      const mask = listOf(answer.body?.['results']).filter(isWire)[1]?.['accessMask'];
      if (answer.status !== 200) return broken(inWords(answer));
      return mask === null ? held('null') : broken(`answered with ${JSON.stringify(mask)}`);
    },
  },
  {
    id: 'rights-include-lists',
    channel: 'security',
    needs: ['objects'],
    text: 'What an account may do includes what the list of the object gives it.',
    source: 'concluded: rights add up, there is no denial',
    ask: async (site) => {
      let looked = 0;
      for (const object of await someObjects(site)) {
        const acl = await site.target.security.readAcl(reading, object);
        for (const { account, accessMask } of acl?.entries.slice(0, 3) ?? []) {
          const answer = await askMany(site, account, [object]);
          const mask = Number(listOf(answer.body?.['results']).filter(isWire)[0]?.['accessMask']);
          // An entry may outlive its account.
          if (answer.status === 404) continue;
          looked += 1;
          const wanted = accessMask & rightsBits;
          if ((mask & wanted) !== wanted)
            return broken(
              `${inPath(account)} has ${accessMask} in the list of ${inPath(object)}, and may ${mask}`,
            );
        }
      }
      return looked === 0 ? unknown('no list has an entry') : held(`${looked} entries`);
    },
  },
];
