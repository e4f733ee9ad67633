import { Status, Type } from './ids.js';
import type { Draft } from './draft.js';
import { isServer } from './object-views.js';
import type { ConfigObject, InterruptionClock, Server, Transition } from './records.js';
import { notFound } from './refusal.js';
import { pairOf } from './pairs.js';

const NEVER_RAN: InterruptionClock = { hasRun: false, downSince: null, interruptedMs: 0, interruptions: 0 };
export const stoppedServer: Server = {
  status: Status.stopped,
  runMode: 'none',
  runningAs: null,
  transitions: [],
  behaviour: {},
  clock: NEVER_RAN,
};

export interface ServerOf {
  readonly application: ConfigObject;
  readonly server: Server;
}

/** @throws Refusal not found, for what is no server too */
export function serverOf(draft: Draft, applicationDbid: number): ServerOf {
  const application = draft.object(Type.application, applicationDbid);
  if (!application || !isServer(application)) throw notFound();
  return { application, server: draft.server(applicationDbid) ?? stoppedServer };
}

/** The other one of a pair, or null. */
export function partnerOf(draft: Draft, applicationDbid: number): ServerOf | null {
  const { primary, backup } = pairOf(draft, draft.world, applicationDbid);
  const dbid = applicationDbid === primary ? backup : primary;
  return dbid === null ? null : serverOf(draft, dbid);
}

/** A running server that does the work. */
export const isPrimary = (server: Server | undefined): boolean =>
  server?.status === Status.running && server.runMode === 'primary';

const shownServer = (s: Server): object => ({
  status: s.status,
  runMode: s.runMode,
  runningAs: s.runningAs,
});

export function putServer(
  draft: Draft,
  application: ConfigObject,
  before: Server,
  after: Server,
  effect: string,
  more: { actor?: string; reason?: string } = {},
): Server {
  const { actor, ...said } = more;
  draft.putServer(application.dbid, after);
  draft.log(effect, application, shownServer(before), { ...shownServer(after), ...said }, actor);
  return after;
}

export function beginStart(draft: Draft, application: ConfigObject, server: Server): Server {
  const startupMs = server.behaviour.startupMs ?? draft.switches.startupMs;
  const at = (part: number): number => draft.now + Math.round((startupMs * part) / 4);
  const transitions: Transition[] = [
    { at: at(1), to: Status.startTransition },
    { at: at(2), to: Status.initializing },
    { at: at(4), to: Status.running },
  ];
  return putServer(
    draft,
    application,
    server,
    { ...server, status: Status.startPending, runMode: 'none', transitions },
    'start',
  );
}

export function beginStop(
  draft: Draft,
  application: ConfigObject,
  server: Server,
  graceful: boolean,
  more: { actor?: string } = {},
): Server {
  const shutdownMs = server.behaviour.shutdownMs ?? draft.switches.shutdownMs;
  const hangs = graceful && draft.switches.gracefulStop === 'hangs';
  const status = graceful ? Status.stopPending : Status.stopTransition;
  const transitions = hangs ? [] : [{ at: draft.now + shutdownMs, to: Status.stopped }];
  return putServer(
    draft,
    application,
    server,
    { ...server, status, runMode: 'none', transitions },
    'stop',
    more,
  );
}
