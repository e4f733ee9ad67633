import { pairOf } from './pairs.js';
import type { Draft } from './draft.js';
import { Type } from './ids.js';
import { isServer } from './object-views.js';
import type { Id } from './records.js';
import { sameId } from './records.js';
import { notFound, Refusal } from './refusal.js';

/** "Log On As": only for servers; a Person or an access group that exists. @throws Refusal */
export function setAccount(draft: Draft, applicationDbid: number, account: Id): Id {
  const application = draft.object(Type.application, applicationDbid);
  if (!application) throw notFound();
  if (!isServer(application))
    throw new Refusal('not-valid', 'Only server applications have an account', Type.application);
  if (account.type !== Type.person && account.type !== Type.accessGroup)
    throw new Refusal('not-valid', 'The account must be a person or an access group', account.type);
  if (!draft.object(account.type, account.dbid))
    throw new Refusal('not-found', 'Account not found', account.type);

  const { primary, backup } = pairOf(draft, draft.world, applicationDbid);
  const partner = applicationDbid === primary ? backup : primary;
  if (partner === null) {
    writeAccount(draft, applicationDbid, account);
    return account;
  }
  const { pairAccountUpdate, pairRule } = draft.switches;
  const partnerAccount = draft.account(partner);
  const unlike = partnerAccount !== undefined && !sameId(partnerAccount, account);
  if (
    pairAccountUpdate === 'refused' ||
    (pairRule === 'update' && unlike && pairAccountUpdate !== 'mirrored')
  )
    throw new Refusal('in-use', 'The account of a primary and its backup must be the same', Type.application);
  writeAccount(draft, applicationDbid, account);
  if (pairAccountUpdate === 'mirrored') writeAccount(draft, partner, account);
  return account;
}

export function writeAccount(draft: Draft, applicationDbid: number, account: Id): void {
  const application = draft.object(Type.application, applicationDbid);
  const before = draft.account(applicationDbid) ?? null;
  if (!application || (before && sameId(before, account))) return;
  draft.putAccount(applicationDbid, account);
  draft.log('account', application, before, account);
  const server = draft.server(applicationDbid);
  if (server?.runningAs && draft.switches.accountTakesEffect === 'at-once')
    draft.putServer(applicationDbid, { ...server, runningAs: account });
}
