import { reading } from '../../../saga/call.js';
import type { ObjectId } from '../../../solutions/ports/config-objects.js';
import { Access } from '../../../solutions/ports/object-types.js';
import * as contract from '../../bridge/contract/schemas.js';
import type { ReadingCheck } from '../check.js';
import type { Answer } from '../fact.js';
import { broken, held, unknown } from '../fact.js';
import { inWords } from '../raw-answer.js';
import type { RawBridge } from '../raw-bridge.js';
import { faultsIn } from '../raw-bridge.js';
import { inPath, someObjects, someServers } from './bridge-samples.js';

/** A value read twice: what the contract says about its form and its ETag. */
async function readTwice(bridge: RawBridge, address: string, schema: Parameters<typeof faultsIn>[0]) {
  const [first, second] = [await bridge.get(address), await bridge.get(address)];
  const tags = [first, second].map((answer) => answer.header('etag'));
  if (first.status === 403)
    return `${address}: ${inWords(first)}: the user of the bridge lacks Read permissions`;
  if (first.status !== 200) return `${address}: ${inWords(first)}`;
  const faults = faultsIn(schema, first);
  if (faults !== '') return `${address}: ${faults}`;
  if (tags[0] === undefined) return `${address}: no ETag, so that nothing could be written safely`;
  // A list may have changed in between: then its text has, too.
  if (tags[0] !== tags[1] && first.text === second.text)
    return `${address}: the same value has another ETag the second time`;
  return '';
}

async function eachOf(faults: Promise<string>[], what: string): Promise<Answer> {
  const found = (await Promise.all(faults)).filter((fault) => fault !== '');
  if (faults.length === 0) return unknown(`there are no ${what}`);
  return found.length === 0 ? held(`${faults.length} ${what}`) : broken(found.slice(0, 3).join('; '));
}

/** Access lists and accounts as the bridge answers them. */
export const bridgeValues: readonly ReadingCheck[] = [
  {
    id: 'bridge-lists',
    channel: 'security',
    needs: ['objects'],
    text: 'Access lists of Business Processes and applications come whole, each with an ETag of its value.',
    source: 'contract of the bridge; RequestReadPermissions: seen in the SDK',
    ask: async (site) => {
      const objects = await someObjects(site);
      const read = objects.map((one) => readTwice(site.security, `acl/${inPath(one)}`, contract.acl));
      return eachOf(read, 'lists');
    },
  },
  {
    id: 'bridge-accounts',
    channel: 'security',
    needs: ['objects'],
    text: 'The account of a server is a Person or an access group, and comes with an ETag of its value.',
    source: 'contract of the bridge; RequestReadAccount: seen in the SDK',
    ask: async (site) => {
      const servers = await someServers(site);
      return eachOf(
        servers.map(({ dbid }) => readTwice(site.security, `account/${dbid}`, contract.account)),
        'accounts',
      );
    },
  },
  {
    id: 'bit-128',
    channel: 'security',
    needs: ['objects'],
    text: 'Bit 128 of a mask is kept as it is: it is about propagation, and we never write the list of a container.',
    source: 'the bit: seen; what it means: not documented',
    questions: [7],
    ask: async (site) => {
      const lists = await Promise.all(
        (await someObjects(site)).map((one) => site.target.security.readAcl(reading, one)),
      );
      const entries = lists.flatMap((list) => list?.entries ?? []);
      const having = entries.filter(({ accessMask }) => (accessMask & 128) !== 0);
      return unknown(
        `${having.length} of ${entries.length} entries have it; what it does shows on a folder of a lab`,
      );
    },
  },
  {
    id: 'account-execute',
    channel: 'control',
    needs: ['objects', 'security'],
    text: 'The account of a server that runs has Execute on its own application.',
    source: 'documented: a session needs it',
    ask: async (site) => {
      const faults: string[] = [];
      let running = 0;
      for (const { dbid, name } of await someServers(site)) {
        const status = await site.target.control.status(reading, dbid);
        if (status?.status !== 6) continue;
        const read = await site.target.security.readAccount(reading, dbid);
        if (read === null) continue;
        running += 1;
        const application: ObjectId = { type: 9, dbid };
        const [mask] = await site.target.security.effectivePermissions(reading, read.account, [application]);
        if (((mask ?? 0) & Access.execute) === 0)
          faults.push(`"${name}" runs as ${inPath(read.account)} without`);
      }
      if (running === 0) return unknown('none of the servers looked at runs');
      return faults.length === 0 ? held(`${running} running servers`) : broken(faults.join('; '));
    },
  },
];
