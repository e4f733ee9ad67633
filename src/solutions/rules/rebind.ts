import type { Finding, PlannedAction } from '../../saga/action.js';
import { error, namedApplication, warning } from './finding.js';
import { rebindAction } from './rebind-action.js';
import type { Move, RebindInput, ServerNow } from './rebind-input.js';
import { runsAfter, serversNow } from './rebind-input.js';
import { markSection } from './outage-section.js';

interface Rebind {
  readonly actions: readonly PlannedAction[];
  readonly findings: readonly Finding[];
}

/** What it takes until every server of the solution runs as its account; nothing when they do already. */
export function planRebind(input: RebindInput): Rebind {
  const { actions, findings } = rebindActions(input);
  return { actions: markSection(actions, serversNow(input)), findings };
}

/** The same, without saying where the outage opens and closes: for who rebinds other servers in the same step. */
export function rebindActions(input: RebindInput): Rebind {
  const unlike = serversNow(input).filter((server) => !hasAccount(server, input));
  if (unlike.length === 0) return { actions: [], findings: [] };
  if (input.restart.mode === 'rolling' && isUnclear(input))
    return { actions: [], findings: [unclear(input)] };
  const proofs: Move[] =
    input.accountsByHand === true ? [] : unlike.map((server) => ({ do: 'prove', server }));
  const stages = [proofs, ...moves(input, unlike).map((move) => [move])].filter(({ length }) => length > 0);
  const actions = stages.flatMap((stage, index) => stage.map((move) => rebindAction(move, index + 1, input)));
  const swapped = stages.flat().find((move) => move.do === 'switch-over');
  return {
    actions,
    findings: swapped === undefined ? [] : [swappedModes(swapped.server, swapped.from)],
  };
}

const hasAccount = (server: ServerNow, { account, accountDbid, boundUnlessSeen }: RebindInput): boolean =>
  server.account === null
    ? boundUnlessSeen === true && accountDbid !== null
    : server.account.type === account.type && server.account.dbid === accountDbid;

const isPrimary = (server: ServerNow): boolean => server.running && server.runMode === 'primary';

const bothRun = ({ primary, backup }: RebindInput): boolean => primary.running && backup?.running === true;

const isUnclear = (input: RebindInput): boolean =>
  bothRun(input) && serversNow(input).filter(isPrimary).length !== 1;

/** The one that serves now, or would serve first: run modes may have been swapped since the pair was set up. */
function active({ primary, backup }: RebindInput): ServerNow {
  if (backup === null || isPrimary(primary)) return primary;
  return isPrimary(backup) || (backup.running && !primary.running) ? backup : primary;
}

function moves(input: RebindInput, unlike: readonly ServerNow[]): readonly Move[] {
  const serving = active(input);
  const standby = input.backup === null ? null : serving === input.primary ? input.backup : input.primary;
  const [only] = unlike;
  if (standby !== null && canSwitchOver(input, serving, standby, unlike))
    return rolling(input, serving, standby, unlike);
  // Beside a partner that has its account already, only the other one is touched: the partner goes on serving.
  return unlike.length === 1 && only !== undefined
    ? oneServer(input, only)
    : together(input, serving, standby);
}

function canSwitchOver(
  input: RebindInput,
  serving: ServerNow,
  standby: ServerNow,
  unlike: readonly ServerNow[],
): boolean {
  const { mode, startAfter } = input.restart;
  return mode === 'rolling' && serving.running && runsAfter(standby, startAfter) && unlike.includes(serving);
}

function rolling(
  input: RebindInput,
  serving: ServerNow,
  standby: ServerNow,
  unlike: readonly ServerNow[],
): Move[] {
  const start: Move[] = standby.running ? [] : [{ do: 'start', server: standby, settles: true }];
  return [
    ...(unlike.includes(standby) ? oneServer(input, standby, { settles: true }) : start),
    { do: 'switch-over', server: standby, from: serving },
    ...oneServer(input, serving),
  ];
}

function oneServer(input: RebindInput, server: ServerNow, { settles } = { settles: false }): Move[] {
  return [
    ...when(server.running, { do: 'stop', server }),
    { do: 'set', server },
    ...when(runsAfter(server, input.restart.startAfter), { do: 'start', server, settles }),
  ];
}

/** The standby is stopped first, so that it does not take over; the one that served starts first, so that it serves again. */
function together(input: RebindInput, serving: ServerNow, standby: ServerNow | null): Move[] {
  const servers = standby === null ? [serving] : [serving, standby];
  const running = servers.filter((server) => server.running);
  const stopped = servers.filter((server) => !server.running);
  const starting = servers.filter((server) => runsAfter(server, input.restart.startAfter));
  return [
    ...stopped.map((server): Move => ({ do: 'set', server })),
    ...[...running].reverse().map((server): Move => ({ do: 'stop', server })),
    ...running.map((server): Move => ({ do: 'set', server })),
    ...starting.map((server): Move => ({ do: 'start', server, settles: false })),
  ];
}

const when = (condition: boolean, move: Move): Move[] => (condition ? [move] : []);

const unclear = (input: RebindInput): Finding =>
  error(
    'run-modes-unclear',
    `${serversNow(input)
      .map(({ name, runMode }) => `"${name}" runs as ${runMode}`)
      .join(', ')}; a rolling restart needs exactly one primary.`,
    namedApplication(input.primary),
  );

const swappedModes = (server: ServerNow, from: ServerNow): Finding =>
  warning(
    'run-modes-swapped',
    `Afterwards "${server.name}" runs as primary and "${from.name}" as its backup.`,
    namedApplication(server),
  );
