import type { Draft } from './draft.js';
import { Status, Type } from './ids.js';
import { backupOf, nameOf } from './object-views.js';
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
    const hasRunningPrimary = pair.some((s) => s?.status === Status.running && s.runMode === 'primary');
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
