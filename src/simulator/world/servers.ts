import { Access, Status, Type } from './ids.js';
import { isServer } from './object-views.js';
import type { Draft } from './draft.js';
import type { ConfigObject, InterruptionClock, RunMode, Server, Transition } from './records.js';
import { sameId } from './records.js';
import { notFound, Scs, scsRefusal } from './refusal.js';
import { effectiveMask, pairOf } from './rights.js';

const NEVER_RAN: InterruptionClock = { hasRun: false, downSince: null, interruptedMs: 0, interruptions: 0 };
export const stoppedServer: Server = {
  status: Status.stopped,
  runMode: 'none',
  runningAs: null,
  transitions: [],
  behaviour: {},
  clock: NEVER_RAN,
};

function get(draft: Draft, applicationDbid: number): { application: ConfigObject; server: Server } {
  const application = draft.object(Type.application, applicationDbid);
  if (!application || !isServer(application)) throw notFound();
  return { application, server: draft.server(applicationDbid) ?? stoppedServer };
}

const shown = (s: Server): object => ({ status: s.status, runMode: s.runMode, runningAs: s.runningAs });

function put(
  draft: Draft,
  application: ConfigObject,
  before: Server,
  after: Server,
  effect: string,
  actor?: string,
): Server {
  draft.putServer(application.dbid, after);
  draft.log(effect, application, shown(before), shown(after), actor);
  return after;
}

/**
 * Keeps the clock of a pair: it stands on the configured primary and runs while neither of them is a running primary.
 * Called once at the end of an operation, so that a hand-over inside one moment is no interruption.
 */
export function tick(draft: Draft, applicationDbid: number): void {
  const { primary, backup } = pairOf(draft, draft.world, applicationDbid);
  const home = draft.server(primary);
  if (!home) return;
  const up = [home, backup === null ? undefined : draft.server(backup)].some(
    (s) => s?.status === Status.running && s.runMode === 'primary',
  );
  const { clock } = home;
  let next = clock;
  if (up && clock.downSince !== null)
    next = { ...clock, downSince: null, interruptedMs: clock.interruptedMs + draft.now - clock.downSince };
  else if (!up && clock.hasRun && clock.downSince === null)
    next = { ...clock, downSince: draft.now, interruptions: clock.interruptions + 1 };
  if (up && !clock.hasRun) next = { ...next, hasRun: true };
  if (next !== clock) draft.putServer(primary, { ...home, clock: next });
}

function partnerOf(
  draft: Draft,
  applicationDbid: number,
): { application: ConfigObject; server: Server } | null {
  const { primary, backup } = pairOf(draft, draft.world, applicationDbid);
  const dbid = applicationDbid === primary ? backup : primary;
  return dbid === null ? null : get(draft, dbid);
}

const isPrimary = (server: Server | undefined): boolean =>
  server?.status === Status.running && server.runMode === 'primary';

/** @throws Refusal as SCS answers */
export function start(draft: Draft, applicationDbid: number): Server {
  const { application, server } = get(draft, applicationDbid);
  const fromUnavailable =
    server.status === Status.serviceUnavailable && draft.switches.startFromUnavailable === 'allowed';
  if (server.status === Status.running || (server.status === Status.serviceUnavailable && !fromUnavailable))
    throw scsRefusal(Scs.notStopped, 'Application is not stopped');
  if (server.status !== Status.stopped && server.status !== Status.unknown && !fromUnavailable)
    throw scsRefusal(Scs.alreadyInProgress, 'The operation is already in progress');
  const after = beginStart(draft, application, server);
  tick(draft, applicationDbid);
  return after;
}

function beginStart(draft: Draft, application: ConfigObject, server: Server, actor?: string): Server {
  const startupMs = server.behaviour.startupMs ?? draft.switches.startupMs;
  const at = (part: number): number => draft.now + Math.round((startupMs * part) / 4);
  const transitions: Transition[] = [
    { at: at(1), to: Status.startTransition },
    { at: at(2), to: Status.initializing },
    { at: at(4), to: Status.running },
  ];
  return put(
    draft,
    application,
    server,
    { ...server, status: Status.startPending, runMode: 'none', transitions },
    'start',
    actor,
  );
}

/** @throws Refusal as SCS answers */
export function stop(draft: Draft, applicationDbid: number, graceful: boolean): Server {
  const { application, server } = get(draft, applicationDbid);
  if (server.status === Status.stopped) throw scsRefusal(Scs.notStarted, 'Application is not started');
  const isForcedAfterGraceful = server.status === Status.stopPending && !graceful;
  if (
    (server.status === Status.stopPending || server.status === Status.stopTransition) &&
    !isForcedAfterGraceful
  )
    throw scsRefusal(Scs.alreadyInProgress, 'The operation is already in progress');
  if (graceful && draft.switches.gracefulStop === 'ignored') return server;

  const wasPrimary = isPrimary(server);
  const after = beginStop(draft, application, server, graceful);
  if (wasPrimary) primaryWentDown(draft, applicationDbid);
  tick(draft, applicationDbid);
  return after;
}

function beginStop(
  draft: Draft,
  application: ConfigObject,
  server: Server,
  graceful: boolean,
  actor?: string,
): Server {
  const shutdownMs = server.behaviour.shutdownMs ?? draft.switches.shutdownMs;
  const hangs = graceful && draft.switches.gracefulStop === 'hangs';
  const status = graceful ? Status.stopPending : Status.stopTransition;
  const transitions = hangs ? [] : [{ at: draft.now + shutdownMs, to: Status.stopped }];
  return put(draft, application, server, { ...server, status, runMode: 'none', transitions }, 'stop', actor);
}

/** What SCS does with the backup when the primary stops is a switch: nobody could say. */
function primaryWentDown(draft: Draft, applicationDbid: number): void {
  const partner = partnerOf(draft, applicationDbid);
  if (partner?.server.status !== Status.running) return;
  const { application, server } = partner;
  switch (draft.switches.backupWhenPrimaryStops) {
    case 'takes-over':
      put(
        draft,
        application,
        server,
        { ...server, runMode: 'primary', transitions: [] },
        'switch-over',
        'self',
      );
      return;
    case 'stops':
      beginStop(draft, application, server, false, 'self');
      return;
    case 'stays-backup':
      return;
  }
}

/** This one becomes primary, its partner backup, both at one moment. @throws Refusal as SCS answers */
export function switchOver(draft: Draft, applicationDbid: number): Server {
  const { application, server } = get(draft, applicationDbid);
  const partner = partnerOf(draft, applicationDbid);
  if (!partner) throw scsRefusal(Scs.hotBackupLimitation, 'Application has no backup');
  if (server.status !== Status.running) throw scsRefusal(Scs.notStarted, 'Application is not started');
  if (server.runMode === 'primary') {
    if (draft.switches.switchOverOfPrimary === 'accepted') return server;
    throw scsRefusal(Scs.hotBackupLimitation, 'Application is primary already');
  }
  if (server.transitions.length > 0)
    throw scsRefusal(Scs.alreadyInProgress, 'The operation is already in progress');
  const transitions: Transition[] = [{ at: draft.now + draft.switches.switchOverMs, to: 'primary' }];
  return put(draft, application, server, { ...server, transitions }, 'switch-over');
}

/** Carries out what has become due on one server. */
export function advance(draft: Draft, applicationDbid: number): void {
  for (;;) {
    const { application, server } = get(draft, applicationDbid);
    const [due, ...transitions] = server.transitions;
    if (!due || due.at > draft.now) return;
    step(draft, application, { ...server, transitions }, due.to, server);
    tick(draft, applicationDbid);
  }
}

function step(
  draft: Draft,
  application: ConfigObject,
  server: Server,
  to: Transition['to'],
  before: Server,
): void {
  const become = (change: Partial<Server>, effect = 'status'): Server =>
    put(draft, application, before, { ...server, ...change }, effect);
  if (to === 'primary') {
    const partner = partnerOf(draft, application.dbid);
    if (partner && isPrimary(partner.server))
      put(
        draft,
        partner.application,
        partner.server,
        { ...partner.server, runMode: 'backup' },
        'switch-over',
      );
    become({ runMode: 'primary' }, 'switch-over');
    return;
  }
  if (to === Status.running) {
    const account = draft.account(application.dbid) ?? null;
    const reason = whyItGivesUp(draft, application, server);
    if (reason !== null) {
      const after: Server = { ...server, status: Status.stopped, runMode: 'none', runningAs: null };
      draft.putServer(application.dbid, after);
      draft.log('status', application, shown(before), { ...shown(after), reason });
    } else
      become({ status: Status.running, runMode: modeOnStart(draft, application.dbid), runningAs: account });
    return;
  }
  if (to === Status.stopped) {
    const restarts =
      draft.switches.autostart && application.keyValues['userProperties']?.['sml']?.['autostart'] === 'true';
    const transitions = restarts
      ? [{ at: draft.now + draft.switches.autostartMs, to: Status.startPending }]
      : [];
    become({ status: Status.stopped, runMode: 'none', runningAs: null, transitions });
    return;
  }
  if (to === Status.startPending) {
    beginStart(draft, application, server);
    return;
  }
  become({ status: to });
}

function modeOnStart(draft: Draft, applicationDbid: number): RunMode {
  return isPrimary(partnerOf(draft, applicationDbid)?.server) ? 'backup' : 'primary';
}

/** Why a starting server does not come up, or null: Configuration Server refuses its session, or it misses what it must read. */
export function whyItGivesUp(draft: Draft, application: ConfigObject, server: Server): string | null {
  const account = draft.account(application.dbid);
  if (!account) return 'it has no account';
  if (!draft.object(account.type, account.dbid)) return 'its account does not exist';
  const { world, switches } = draft;
  if (switches.sessionNeedsExecute && (effectiveMask(world, account, application) & Access.execute) === 0)
    return 'its account lacks Execute on the application';
  if (switches.pairRule === 'start') {
    const partner = partnerOf(draft, application.dbid);
    const partnerAccount = partner ? draft.account(partner.application.dbid) : undefined;
    if (partnerAccount && !sameId(partnerAccount, account)) return 'its account is not that of its partner';
  }
  const missing = server.behaviour.needsRead?.find(
    (id) => (effectiveMask(world, account, id) & Access.read) === 0,
  );
  return missing ? `its account cannot read object ${missing.type}/${missing.dbid}` : null;
}
