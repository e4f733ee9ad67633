import type { Finding, PlannedAction } from '../../saga/action.js';
import type { ObjectId } from '../ports/config-objects.js';
import { ObjectType, WellKnown } from '../ports/object-types.js';
import type { Desired } from '../desired.js';
import type { FormerServer, ServerAfter } from '../standing.js';
import { namedApplication, warning } from './finding.js';
import type { InspectedServer } from './inspection.js';
import { rebindAction } from './rebind-action.js';
import type { RebindInput, ServerNow } from './rebind-input.js';
import { rebindActions } from './rebind.js';
import { asServerNow } from './restart-findings.js';

/** A server that leaves the solution, with its backup. */
export interface LeavingPair {
  readonly primary: InspectedServer;
  readonly backup: InspectedServer | null;
}

interface Release {
  /** DBID of the solution's Person; null where nobody knows one. */
  readonly personDbid: number | null;
  readonly former: readonly FormerServer[];
  readonly serverAfter: ServerAfter;
  readonly restart: Desired['restart'];
  readonly settleMs: number;
  readonly accountsByHand: boolean;
}

const system = { type: ObjectType.accessGroup, dbid: WellKnown.system };

export const bothOf = ({ primary, backup }: LeavingPair): readonly InspectedServer[] =>
  backup === null ? [primary] : [primary, backup];

/**
 * The servers of a pair that run as the solution's Person: what runs as somebody else is somebody else's. One whose
 * account only a person sees is among them: who does the work looks first, and reports it as not done where it is not so.
 */
export const boundOf = (pair: LeavingPair, personDbid: number | null): readonly InspectedServer[] =>
  bothOf(pair).filter(
    ({ account, unseen }) =>
      (account?.type === ObjectType.person && account.dbid === personDbid) ||
      (personDbid !== null && unseen?.account !== undefined),
  );

/** The account a server had before; SYSTEM, which every server has at first, where nobody saw it. */
export const formerAccount = (dbid: number, former: readonly FormerServer[]): ObjectId =>
  former.find((one) => one.dbid === dbid)?.account ?? system;

/**
 * What it takes to give a pair back its former account. It stays stopped, or runs as it did before; a pair carries one
 * account, so the one of its first server counts.
 */
export function releaseActions(
  pair: LeavingPair,
  release: Release,
): {
  readonly actions: readonly PlannedAction[];
  readonly servers: readonly ServerNow[];
  readonly findings: readonly Finding[];
} {
  const servers = boundOf(pair, release.personDbid).flatMap((server) =>
    serverNow(server, server === pair.backup ? 'backup' : 'primary', release),
  );
  const [primary, backup] = servers;
  if (primary === undefined) return { actions: [], servers, findings: [] };
  const account = formerAccount(primary.dbid, release.former);
  if (isPersonItself(account, release.personDbid)) return { ...keepAccount(servers, release), servers };
  const input: RebindInput = {
    primary,
    backup: backup ?? null,
    account: { ...account, name: nameOf(account) },
    accountDbid: account.dbid,
    restart: release.restart,
    settleMs: release.settleMs,
    accountsByHand: release.accountsByHand,
  };
  return { ...rebindActions(input), servers };
}

const isPersonItself = ({ type, dbid }: ObjectId, personDbid: number | null): boolean =>
  type === ObjectType.person && dbid === personDbid;

/** They ran as the Person before the solution and go on doing so; only where they shall stop are they stopped, the standby first. */
function keepAccount(
  servers: readonly ServerNow[],
  { serverAfter, restart, settleMs }: Release,
): { readonly actions: readonly PlannedAction[]; readonly findings: readonly Finding[] } {
  const [primary, backup] = servers;
  if (serverAfter === 'former' || primary === undefined) return { actions: [], findings: [] };
  const account = { type: ObjectType.person, name: '', dbid: null };
  const input = { primary, backup: backup ?? null, account, accountDbid: null, restart, settleMs };
  const order = [...servers].sort((a, b) => serving(a) - serving(b)).filter(({ running }) => running);
  const actions = order.map((server, index) => rebindAction({ do: 'stop', server }, index + 1, input));
  return { actions, findings: [] };
}

const serving = ({ runMode }: ServerNow): number => (runMode === 'primary' ? 1 : 0);

function serverNow(
  server: InspectedServer,
  role: 'primary' | 'backup',
  { former, serverAfter }: Release,
): readonly ServerNow[] {
  const now = asServerNow(server, role);
  if (now === null) return [];
  const ran = former.find(({ dbid }) => dbid === now.dbid)?.running ?? now.running;
  return [{ ...now, shallRun: serverAfter === 'former' && ran }];
}

const nameOf = ({ type, dbid }: ObjectId): string =>
  type === ObjectType.accessGroup && dbid === WellKnown.system
    ? 'SYSTEM'
    : `${type === ObjectType.person ? 'Person' : 'access group'} ${dbid}`;

/** What the end of the solution on these servers means to the people who use it. */
export function releaseFindings(
  pair: LeavingPair,
  { personDbid, serverAfter, former }: Pick<Release, 'personDbid' | 'serverAfter' | 'former'>,
): readonly Finding[] {
  return boundOf(pair, personDbid).flatMap((server) => {
    const { name, dbid } = server.application;
    const keeps = isPersonItself(formerAccount(dbid, former), personDbid);
    // Nothing is done to it.
    if (keeps && serverAfter === 'former') return [];
    const kept = keeps ? ', as the account it had before the solution' : '';
    const fate =
      serverAfter === 'stopped' ? `is stopped and stays so${kept}` : 'is restarted with its former account';
    const detail = `"${name}" ${fate}; interactions in its database are not moved.`;
    return warning('interactions-not-moved', detail, namedApplication(server.application));
  });
}

/** The stages of one list after those of another. */
export function staged(lists: readonly (readonly PlannedAction[])[]): readonly PlannedAction[] {
  const all: PlannedAction[] = [];
  for (const list of lists) {
    const last = Math.max(0, ...all.map(({ stage }) => stage));
    all.push(...list.map((action) => ({ ...action, stage: action.stage + last })));
  }
  return all;
}
