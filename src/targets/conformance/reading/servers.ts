import { reading } from '../../../saga/call.js';
import type { ApplicationObject } from '../../../solutions/ports/config-objects.js';
import * as contract from '../../bridge/contract/schemas.js';
import type { ReadingCheck } from '../check.js';
import { broken, held, unknown } from '../fact.js';
import { inWords } from '../raw-answer.js';
import { faultsIn } from '../raw-bridge.js';
import type { Site } from '../site.js';
import { inPath, someServers } from './bridge-samples.js';

const running = 6;
/** A status is one question to Solution Control Server. */
const mostServers = 50;

async function pairsOf(site: Site): Promise<readonly [ApplicationObject, ApplicationObject][]> {
  const applications = await site.all('application');
  return applications
    .flatMap((primary): [ApplicationObject, ApplicationObject][] => {
      const backup = applications.find(({ dbid }) => dbid === primary.backupDbid);
      return backup === undefined ? [] : [[primary, backup]];
    })
    .slice(0, mostServers);
}

/** Servers as Solution Control Server sees them. */
export const serverChecks: readonly ReadingCheck[] = [
  {
    id: 'server-status',
    channel: 'control',
    needs: ['objects'],
    text: 'Of each server there is a status from 0 to 8 and a run mode.',
    source: 'contract of the bridge; numbers: seen',
    ask: async (site) => {
      const servers = await someServers(site, mostServers);
      const answers = await Promise.all(
        servers.map(async ({ dbid, name }) => {
          const answer = await site.control.get(`applications/${dbid}/status`);
          const faults =
            answer.status === 200 ? faultsIn(contract.applicationStatus, answer) : inWords(answer);
          return { name, faults, status: Number(answer.body?.['status']) };
        }),
      );
      const faults = answers.filter((answer) => answer.faults !== '');
      if (faults.length > 0)
        return broken(
          faults
            .slice(0, 3)
            .map((one) => `"${one.name}": ${one.faults}`)
            .join('; '),
        );
      const up = answers.filter(({ status }) => status === running).length;
      return answers.length === 0
        ? unknown('no server is seen')
        : held(`${answers.length} servers, ${up} running`);
    },
  },
  {
    id: 'one-primary',
    channel: 'control',
    needs: ['objects'],
    text: 'Of a pair that runs, exactly one is primary; what does not run has no mode.',
    source: 'concluded',
    ask: async (site) => {
      const faults: string[] = [];
      let looked = 0;
      for (const pair of await pairsOf(site)) {
        const states = await Promise.all(pair.map(({ dbid }) => site.target.control.status(reading, dbid)));
        if (states.some((state) => state?.status !== running)) continue;
        looked += 1;
        const primaries = states.filter((state) => state?.runMode === 'primary').length;
        if (primaries !== 1) faults.push(`"${pair[0].name}" and its backup: ${primaries} primaries`);
      }
      if (looked === 0) return unknown('there is no pair of which both run');
      return faults.length === 0 ? held(`${looked} pairs`) : broken(faults.join('; '));
    },
  },
  {
    id: 'pair-accounts',
    channel: 'security',
    needs: ['objects'],
    text: 'A backup runs as the account of its primary.',
    source: 'documented',
    questions: [9],
    ask: async (site) => {
      const unlike: string[] = [];
      const pairs = await pairsOf(site);
      for (const pair of pairs) {
        const [mine, its] = await Promise.all(
          pair.map(({ dbid }) => site.target.security.readAccount(reading, dbid)),
        );
        if (mine != null && its != null && inPath(mine.account) !== inPath(its.account))
          unlike.push(`"${pair[0].name}" ${inPath(mine.account)}, its backup ${inPath(its.account)}`);
      }
      if (pairs.length === 0) return unknown('there is no pair');
      return unlike.length === 0 ? held(`${pairs.length} pairs`) : broken(unlike.join('; '));
    },
  },
];
