import type { Finding } from '../../saga/action.js';
import type { StepContext } from '../../saga/step.js';
import { error, named, namedApplication, warning } from './finding.js';
import { ObjectType } from '../ports/object-types.js';
import type { InspectedServer } from './inspection.js';
import type { SolutionRefs } from './refs.js';
import { serverState } from './server-state.js';

const lookAgainMs = 1_000;

type Clock = Pick<StepContext<unknown>, 'dryRun' | 'nowMs' | 'stepStartedAtMs'>;

/**
 * A server on its way between stopped and running is waited for, up to its own time-outs, so that the plan says how it
 * was found and not where it happened to be. A dry run cannot wait: it says so.
 */
export function settling(
  servers: readonly (InspectedServer | null)[],
  { dryRun, nowMs, stepStartedAtMs }: Clock,
): { readonly findings: readonly Finding[]; readonly lookAgainAfterMs?: number } {
  const restless = servers.filter(
    (server): server is InspectedServer =>
      server !== null &&
      server.unseen?.status === undefined &&
      ['changing', 'unknown'].includes(serverState(server.status?.status ?? null)),
  );
  if (restless.length === 0) return { findings: [] };
  const say = ({ application, status }: InspectedServer, report: typeof error): Finding =>
    report(
      'server-not-settled',
      `"${application.name}" is in state ${status?.status ?? 0}, neither running nor stopped.`,
      namedApplication(application),
    );
  if (dryRun) return { findings: restless.map((server) => say(server, warning)) };
  const patienceMs = Math.max(
    ...restless.map(({ application }) => application.startupTimeoutMs + application.shutdownTimeoutMs),
  );
  if (nowMs - stepStartedAtMs < patienceMs) return { findings: [], lookAgainAfterMs: lookAgainMs };
  return { findings: restless.map((server) => say(server, error)) };
}

/** The pair is still the one that was inspected and locked. */
export function pairFindings(
  { server }: SolutionRefs,
  primary: InspectedServer | null,
  backup: InspectedServer | null,
): readonly Finding[] {
  const gone = [
    { wanted: server.primary, found: primary },
    { wanted: server.backup, found: backup },
  ].flatMap(({ wanted, found }) =>
    wanted !== null && (found === null || (found.account === null && found.unseen?.account === undefined))
      ? [
          error(
            'unknown-interaction-server',
            `There is no server "${wanted.name}" any more.`,
            named(ObjectType.application, wanted.name, wanted.dbid),
          ),
        ]
      : [],
  );
  if (gone.length > 0 || primary === null) return gone;
  if (primary.application.backupDbid === (server.backup?.dbid ?? null)) return [];
  return [
    error(
      'pair-changed',
      `"${server.primary.name}" has another backup than when it was inspected.`,
      namedApplication(server.primary),
    ),
  ];
}
