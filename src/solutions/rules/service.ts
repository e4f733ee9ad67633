import type { Finding } from '../../saga/action.js';
import type { StepContext } from '../../saga/step.js';
import { ObjectType } from '../ports/object-types.js';
import { error, namedApplication, warning } from './finding.js';
import type { InspectedServer } from './inspection.js';
import { serverState } from './server-state.js';
import { unseenServerFindings } from './unseen-servers.js';

/** The one state that counts as up; 8 (service unavailable) is a process that serves nobody. */
const running = 6;

const lookAgainMs = 1_000;

export interface WantedServer {
  readonly server: InspectedServer;
  /** It shall run. */
  readonly runs: boolean;
}

/** What nobody can see is said, and not waited for. */
const isUp = ({ server, runs }: WantedServer): boolean =>
  !runs || server.unseen?.status !== undefined || server.status?.status === running;

/** Stopped, or on its way there: nothing that waiting could mend. */
const isDown = ({ server, runs }: WantedServer): boolean =>
  runs &&
  server.unseen?.status === undefined &&
  (serverState(server.status?.status ?? null) === 'stopped' || [2, 3].includes(server.status?.status ?? 0));

/** The servers have the account, and none that shall run has gone down. */
export function serviceFindings(servers: readonly WantedServer[], personDbid: number): readonly Finding[] {
  return servers.flatMap((wanted) => {
    const { application, account, unseen } = wanted.server;
    const object = namedApplication(application);
    const isBound = account?.type === ObjectType.person && account.dbid === personDbid;
    const unproven = `"${application.name}" is stopped, as wanted; nothing proves that it comes up with its new account.`;
    return [
      ...unseenServerFindings(wanted.server),
      ...(isBound || unseen?.account !== undefined
        ? []
        : [
            error(
              'account-not-set',
              `"${application.name}" does not have the account of this solution.`,
              object,
            ),
          ]),
      ...(wanted.runs ? [] : [warning('not-proven-running', unproven, object)]),
      ...(isDown(wanted) ? [notRunning(wanted)] : []),
    ];
  });
}

/** For a plan: who onboards servers that stand still learns it before, not from the last step. */
export const standingStill = (
  servers: readonly { readonly name: string; readonly dbid: number; readonly runs: boolean }[],
): readonly Finding[] =>
  servers
    .filter(({ runs }) => !runs)
    .map((server) =>
      warning(
        'not-proven-running',
        `"${server.name}" stands still, and so it stays ("restart.startAfter" is "as-found"): nothing will prove that it comes up with its new account. Ask for "running" if it shall serve.`,
        namedApplication(server),
      ),
    );

const notRunning = ({ server: { application, status } }: WantedServer): Finding =>
  error(
    'server-not-running',
    `"${application.name}" is in state ${status?.status ?? 0}, not running (6).`,
    namedApplication(application),
  );

type Clock = Pick<StepContext<unknown>, 'dryRun' | 'nowMs' | 'stepStartedAtMs'>;

/**
 * Looked at through the settle time, since a server that lacks a right comes up and dies soon after. One that is not
 * quite up at the end of it is waited for up to its own start-up time-out.
 */
export function settled(
  servers: readonly WantedServer[],
  settleMs: number,
  clock: Clock,
): { readonly findings: readonly Finding[]; readonly lookAgainAfterMs?: number } {
  const awaited = servers.filter((wanted) => !isUp(wanted) && !isDown(wanted));
  const startupMs = awaited.map(({ server }) => server.application.startupTimeoutMs);
  const patienceMs = Math.max(0, ...startupMs, ...(servers.some(({ runs }) => runs) ? [settleMs] : []));
  const elapsedMs = clock.nowMs - clock.stepStartedAtMs;
  const mayWait = !clock.dryRun && elapsedMs < patienceMs && (awaited.length > 0 || elapsedMs < settleMs);
  if (mayWait) return { findings: [], lookAgainAfterMs: Math.min(patienceMs - elapsedMs, lookAgainMs) };
  return { findings: awaited.map(notRunning) };
}
