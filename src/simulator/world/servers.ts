import type { Draft } from './draft.js';
import { Status } from './ids.js';
import { tick } from './interruptions.js';
import type { Server, Transition } from './records.js';
import { Scs, scsRefusal } from './refusal.js';
import { beginStart, beginStop, isPrimary, partnerOf, putServer, serverOf } from './server-records.js';

/** @throws Refusal as SCS answers */
export function start(draft: Draft, applicationDbid: number): Server {
  const { application, server } = serverOf(draft, applicationDbid);
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

/** @throws Refusal as SCS answers */
export function stop(draft: Draft, applicationDbid: number, graceful: boolean): Server {
  const { application, server } = serverOf(draft, applicationDbid);
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

/** What SCS does with the backup when the primary stops is a switch: nobody could say. */
function primaryWentDown(draft: Draft, applicationDbid: number): void {
  const partner = partnerOf(draft, applicationDbid);
  if (partner?.server.status !== Status.running) return;
  const { application, server } = partner;
  switch (draft.switches.backupWhenPrimaryStops) {
    case 'takes-over':
      putServer(
        draft,
        application,
        server,
        { ...server, runMode: 'primary', transitions: [] },
        'switch-over',
        { actor: 'self' },
      );
      return;
    case 'stops':
      beginStop(draft, application, server, false, { actor: 'self' });
      return;
    case 'stays-backup':
      return;
  }
}

/** This one becomes primary, its partner backup, both at one moment. @throws Refusal as SCS answers */
export function switchOver(draft: Draft, applicationDbid: number): Server {
  const { application, server } = serverOf(draft, applicationDbid);
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
  return putServer(draft, application, server, { ...server, transitions }, 'switch-over');
}
