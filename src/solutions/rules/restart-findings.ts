import type { Finding } from '../../saga/action.js';
import type { RunMode } from '../ports/application-control.js';
import { ObjectType } from '../ports/object-types.js';
import { interruptionFindings } from './expected-interruption.js';
import { namedApplication, warning } from './finding.js';
import type { InspectedServer, Inspection } from './inspection.js';
import { isAccount, ownPerson } from './inspection.js';
import type { ServerNow } from './rebind-input.js';
import { planRebind } from './rebind.js';
import { serverState } from './server-state.js';

/** What the rebind that is to come means for the people who use the solution. */
export function restartFindings(inspection: Inspection): readonly Finding[] {
  const { server, backup, desired, config } = inspection;
  const primary = asServerNow(server);
  if (server === null || primary === null) return [];
  const { actions } = planRebind({
    primary,
    backup: asServerNow(backup, 'backup'),
    account: { type: ObjectType.person, name: desired.person.userName, dbid: null },
    accountDbid: ownPerson(inspection)?.dbid ?? null,
    restart: desired.restart,
    settleMs: config.settleMs,
    accountsByHand: config.security.driver === 'manual',
    boundUnlessSeen: true,
  });
  const interruption = interruptionFindings(actions, config);
  // Its partner may have to be restarted, and may be the one that serves.
  if (isAccount(server.account, ownPerson(inspection))) return interruption;
  const object = namedApplication(primary);
  const detail = `Interactions that are already in the database of the former server are not moved to "${primary.name}".`;
  return [...interruption, warning('interactions-not-moved', detail, object)];
}

/** @param role the one it was set up for, which it is taken to run in where nobody sees it */
export function asServerNow(
  server: InspectedServer | null,
  role: Exclude<RunMode, 'none'> = 'primary',
): ServerNow | null {
  if (server === null || (server.account === null && server.unseen?.account === undefined)) return null;
  const { application, status, account } = server;
  const stateUnseen = server.unseen?.status !== undefined;
  const runMode: RunMode = stateUnseen ? role : (status?.runMode ?? 'none');
  return {
    name: application.name,
    dbid: application.dbid,
    running: stateUnseen || willBeRunning(status?.status ?? null),
    ...(stateUnseen ? { stateUnseen: true as const } : {}),
    runMode,
    account,
    startupTimeoutMs: application.startupTimeoutMs,
    shutdownTimeoutMs: application.shutdownTimeoutMs,
  };
}

/** States 2 and 3 lead to stopped, 4, 5 and 7 to running: a plan made meanwhile shows where the server is going. */
const willBeRunning = (status: number | null): boolean =>
  serverState(status) === 'running' || [4, 5, 7].includes(status ?? 0);
