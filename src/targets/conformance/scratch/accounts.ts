import { reading } from '../../../saga/call.js';
import { CallError } from '../../../saga/call-error.js';
import { ObjectType, WellKnown } from '../../../solutions/ports/object-types.js';
import type { ScratchCheck } from '../check.js';
import type { Answer } from '../fact.js';
import { broken, held, unknown } from '../fact.js';
import { errorTypeOf, inWords, isOk } from '../raw-answer.js';
import { ownPair, ownServer } from './own-servers.js';
import type { Scratch } from './scratch.js';

const system = { type: ObjectType.accessGroup, dbid: WellKnown.system };
const source = 'contract of the bridge; RequestUpdateAccount: seen in the SDK';

async function accountOf({ site }: Scratch, dbid: number): Promise<{ type: number; dbid: number } | null> {
  return (await site.target.security.readAccount(reading, dbid))?.account ?? null;
}

/** Writes the account with the ETag of what stands there now. @returns why it was refused; empty when it was written */
async function setAccount(
  scratch: Scratch,
  dbid: number,
  account: { type: number; dbid: number },
): Promise<string> {
  const { security } = scratch.site.target;
  const now = await security.readAccount(reading, dbid);
  try {
    await security.updateAccount(reading, dbid, account, now?.token ?? null);
    return '';
  } catch (error) {
    if (error instanceof CallError && error.errorClass === 'invalid') return error.detail;
    throw error;
  }
}

const isSame = (one: { type: number; dbid: number } | null, other: { type: number; dbid: number }): boolean =>
  one?.type === other.type && one.dbid === other.dbid;

const personId = async (scratch: Scratch) => ({
  type: ObjectType.person,
  dbid: (await scratch.person()).dbid,
});

/** "Log On As", on a server of our own that never runs. */
export const accountChecks: readonly ScratchCheck[] = [
  {
    id: 'account-of-new-server',
    channel: 'security',
    text: 'A new server runs as SYSTEM: access group 98.',
    source: 'documented',
    attempt: async (scratch) => {
      const account = await accountOf(scratch, await ownServer(scratch));
      return isSame(account, system) ? held('SYSTEM') : broken(JSON.stringify(account));
    },
  },
  {
    id: 'account-written',
    channel: 'security',
    text: 'The account of a server can be set to a Person and back to SYSTEM, and is read back.',
    source,
    attempt: async (scratch) => {
      const server = await ownServer(scratch);
      const person = await personId(scratch);
      for (const account of [person, system]) {
        const refused = await setAccount(scratch, server, account);
        if (refused !== '') return broken(refused);
        const now = await accountOf(scratch, server);
        if (!isSame(now, account))
          return broken(`set to ${account.type}/${account.dbid}, and ${JSON.stringify(now)}`);
      }
      return held('set and set back');
    },
  },
  {
    id: 'account-compared',
    channel: 'security',
    text: 'An account that has changed since it was read is not written: 412.',
    source: 'contract of the bridge: If-Match',
    attempt: async (scratch): Promise<Answer> => {
      const server = await ownServer(scratch);
      const person = await personId(scratch);
      const { security } = scratch.site.target;
      const old = await security.readAccount(reading, server);
      if (old?.token == null) return broken('the account is read without an ETag');
      const refused = await setAccount(scratch, server, person);
      if (refused !== '') return unknown(refused);
      const said = await security.updateAccount(reading, server, system, old.token).then(
        () => broken('the account was overwritten'),
        (error: unknown) =>
          error instanceof CallError && error.errorClass === 'conflict'
            ? held('refused')
            : broken(`not refused as changed: ${String(error)}`),
      );
      await setAccount(scratch, server, system);
      return said;
    },
  },
  {
    id: 'account-holds-person',
    channel: 'objects',
    needs: ['security'],
    text: 'A Person that is the account of a server cannot be deleted: error type conventions.errorTypeInUse.',
    source: 'documented; the number: not known in public',
    questions: [6],
    attempt: async (scratch) => {
      const server = await ownServer(scratch);
      const person = await scratch.createPerson('in-use');
      const refused = await setAccount(scratch, server, { type: ObjectType.person, dbid: person.dbid });
      if (refused !== '') return unknown(refused);
      const answer = await scratch.site.gws.request('DELETE', `persons/${person.dbid}`);
      await setAccount(scratch, server, system);
      if (isOk(answer)) return broken('it was deleted, and the server was left without an account');
      const errorType = errorTypeOf(answer);
      if (errorType === scratch.site.config.conventions.errorTypeInUse) return held(inWords(answer));
      return errorType === null
        ? unknown(inWords(answer))
        : broken(`set conventions.errorTypeInUse to ${errorType} (${inWords(answer)})`);
    },
  },
  {
    id: 'pair-takes-unlike-accounts',
    channel: 'security',
    needs: ['objects'],
    text: 'The account of one of a linked pair can be set before that of the other.',
    source: 'documented only: the backup has the account of its primary',
    questions: [5, 9],
    attempt: async (scratch) => {
      const { primary, backup } = await ownPair(scratch);
      const person = await personId(scratch);
      const refused = await setAccount(scratch, primary, person);
      if (refused !== '')
        return broken(`${refused}: an onboarding of a pair fails with pair-account-refused, and is undone`);
      const its = await accountOf(scratch, backup);
      for (const dbid of [primary, backup]) await setAccount(scratch, dbid, system);
      return held(isSame(its, person) ? 'accepted, and mirrored to the other' : 'accepted');
    },
  },
  {
    id: 'status-of-never-started',
    channel: 'control',
    needs: ['objects'],
    text: 'A server that was never started has a status, and no run mode.',
    source: 'concluded',
    attempt: async (scratch) => {
      const status = await scratch.site.target.control.status(reading, await ownServer(scratch));
      if (status === null) return broken('Solution Control Server does not know it');
      return status.runMode === 'none'
        ? held(`status ${status.status}`)
        : broken(`run mode ${status.runMode}`);
    },
  },
];
