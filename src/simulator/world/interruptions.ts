import type { Draft } from './draft.js';
import { Type } from './ids.js';
import { backupOf, nameOf } from './object-views.js';
import { pairOf } from './pairs.js';
import { isPrimary } from './server-records.js';
import type { World } from './world.js';

export interface Interruption {
  readonly application: number;
  readonly name: string;
  readonly backup: number | null;
  /** Time without a running primary since the reset; counted from the first time there was one. */
  readonly interruptedMs: number;
  readonly interruptions: number;
  readonly hasRunningPrimary: boolean;
}

/** One line a pair or single server. @param now ms since 1970, for an interruption that goes on */
export function interruptions(world: World, now: number): Interruption[] {
  return world.serverDbids().flatMap((dbid) => {
    const application = world.object(Type.application, dbid);
    const server = world.server(dbid);
    if (!application || !server || world.primariesOf(dbid).length > 0) return [];
    const backup = backupOf(application) || null;
    const { clock } = server;
    const going = clock.downSince === null ? 0 : now - clock.downSince;
    const pair = [server, backup === null ? undefined : world.server(backup)];
    const hasRunningPrimary = pair.some(isPrimary);
    return [
      {
        application: dbid,
        name: nameOf(application),
        backup,
        interruptedMs: clock.interruptedMs + going,
        interruptions: clock.interruptions,
        hasRunningPrimary,
      },
    ];
  });
}

/**
 * Keeps the clock of a pair: it stands on the configured primary and runs while neither of them is a running primary.
 * Called once at the end of an operation, so that a hand-over inside one moment is no interruption.
 */
export function tick(draft: Draft, applicationDbid: number): void {
  const { primary, backup } = pairOf(draft, draft.world, applicationDbid);
  const home = draft.server(primary);
  if (!home) return;
  const up = [home, backup === null ? undefined : draft.server(backup)].some(isPrimary);
  const { clock } = home;
  let next = clock;
  if (up && clock.downSince !== null)
    next = { ...clock, downSince: null, interruptedMs: clock.interruptedMs + draft.now - clock.downSince };
  else if (!up && clock.hasRun && clock.downSince === null)
    next = { ...clock, downSince: draft.now, interruptions: clock.interruptions + 1 };
  if (up && !clock.hasRun) next = { ...next, hasRun: true };
  if (next !== clock) draft.putServer(primary, { ...home, clock: next });
}

/** No effect on the platform, so no line in its log. */
export function resetInterruptions(draft: Draft): void {
  for (const dbid of draft.world.serverDbids()) {
    const server = draft.server(dbid);
    if (!server) continue;
    const downSince = server.clock.downSince === null ? null : draft.now;
    draft.putServer(dbid, {
      ...server,
      clock: { ...server.clock, downSince, interruptedMs: 0, interruptions: 0 },
    });
  }
}
