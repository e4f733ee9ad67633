import { ObjectType } from '../../../solutions/ports/object-types.js';
import * as contract from '../../bridge/contract/schemas.js';
import type { ReadingCheck } from '../check.js';
import type { Answer } from '../fact.js';
import { broken, held } from '../fact.js';
import type { RawAnswer } from '../raw-answer.js';
import { errorTypeOf, inWords } from '../raw-answer.js';
import { faultsIn } from '../raw-bridge.js';
import { nobodysDbid } from './lists.js';

const source = 'contract of the bridge';

/** A refusal has the status that says what was refused, and the form of every error. */
export function refusal(answer: RawAnswer, status: number): Answer {
  if (answer.status !== status) return broken(`${inWords(answer)}, expected HTTP ${status}`);
  const faults = faultsIn(contract.bridgeError, answer);
  return faults === '' ? held(inWords(answer)) : broken(`HTTP ${status}, but ${faults}`);
}

const nobody = { accountType: 3, accountDbid: nobodysDbid, objects: [{ objectType: 7, dbid: 1 }] };

/** How a bridge refuses, and what it says about itself. */
export const bridgeManners: readonly ReadingCheck[] = [
  {
    id: 'bridge-health',
    channel: 'security',
    text: 'Health says of both servers behind the bridge whether they are connected.',
    source,
    ask: async ({ security }) => {
      const answer = await security.get('health');
      const faults = faultsIn(contract.health, answer);
      return faults === '' ? held(answer.text.trim().slice(0, 120)) : broken(`${inWords(answer)}: ${faults}`);
    },
  },
  {
    id: 'bridge-token',
    channel: 'security',
    text: 'Without its token the bridge refuses with 401.',
    source,
    ask: async ({ security }) =>
      refusal(await security.get('acl/7/1', { authorization: 'Bearer not-the-token' }), 401),
  },
  {
    id: 'bridge-malformed',
    channel: 'security',
    text: 'A malformed request is refused with 400, and with the form of every error.',
    source,
    ask: async ({ security }) =>
      refusal(await security.request('POST', 'effective-permissions', { objects: 'none' }), 400),
  },
  {
    id: 'bridge-no-object',
    channel: 'security',
    text: 'An object that does not exist is 404 with error type 10.',
    source,
    ask: async ({ security }) => {
      const answer = await security.get(`acl/${ObjectType.script}/${nobodysDbid}`);
      const said = refusal(answer, 404);
      return said.verdict === 'held' && errorTypeOf(answer) !== 10
        ? broken(`${inWords(answer)}, expected error type 10`)
        : said;
    },
  },
  {
    id: 'bridge-no-account',
    channel: 'security',
    text: 'Rights of an account that does not exist are 404, never "none".',
    source,
    ask: async ({ security }) =>
      refusal(await security.request('POST', 'effective-permissions', nobody), 404),
  },
  {
    id: 'bridge-no-server',
    channel: 'control',
    text: 'The status of an application that does not exist is 404.',
    source,
    ask: async ({ control }) => refusal(await control.get(`applications/${nobodysDbid}/status`), 404),
  },
];
