import type { PlannedAction } from '../../saga/action.js';
import { sameJson } from '../../saga/json.js';
import type { ServerNow } from './rebind-input.js';

/**
 * Marks where the outage opens and closes, where service is lost and restored, and which account changes the platform
 * may mirror. It opens at the first stop and closes when every server that ran before runs again, or is as it is left
 * where it shall stay stopped: as long as one of them is still to be stopped, used-up retries have to turn round.
 * Service is lost when the last running server of the solution stops, and in doubt when the serving one does and its backup runs.
 */
export function markSection(
  actions: readonly PlannedAction[],
  servers: readonly ServerNow[],
): readonly PlannedAction[] {
  const running = new Set(servers.filter((server) => server.running).map(({ dbid }) => dbid));
  const ranBefore = new Set(running);
  const opener = actions.findIndex(({ kind }) => kind === 'stop');
  const serving = new Set(
    servers.filter((server) => server.running && server.runMode === 'primary').map(({ dbid }) => dbid),
  );
  const closers = new Set([...ranBefore].map((dbid) => lastOf(actions, dbid)));
  let isLost = false;
  let isDoubtful = false;

  const marked = actions.map((action, index) => {
    const before = running.size;
    const dbid = action.object.dbid as number;
    const stopsServing = action.kind === 'stop' && serving.delete(dbid);
    if (action.kind === 'stop') running.delete(dbid);
    if (action.kind === 'start') running.add(dbid);
    // Started or switched over to, it serves, or its partner goes on doing so.
    if (action.kind === 'start' || action.kind === 'switch-over') serving.add(dbid);
    const lost = before > 0 && running.size === 0;
    // What a running backup does when its primary is stopped is not known of every platform.
    const doubtful = stopsServing && running.size > 0 && serving.size === 0;
    const restored =
      (isLost && before === 0 && running.size > 0) || (isDoubtful && action.kind === 'start' && !lost);
    isLost = lost || (isLost && !restored);
    isDoubtful = !lost && (doubtful || (isDoubtful && !restored));
    return {
      ...action,
      ...(index === opener ? { outage: 'opens' as const } : {}),
      ...(opener >= 0 && index !== opener && closers.has(action) ? { outage: 'closes' as const } : {}),
      ...(lost ? { service: 'lost' as const } : doubtful ? { service: 'doubtful' as const } : {}),
      ...(restored ? { service: 'restored' as const } : {}),
      ...mirrored(actions, index),
      ...restarts(actions, index),
    };
  });
  return marked.map((action, index) => ({ ...action, ...stoppedFor(marked, index) }));
}

/** What is set between a stop and the next start of the same server: its account, also where it is mirrored from its partner's. */
function stoppedFor(actions: readonly PlannedAction[], index: number): { stoppedFor?: readonly number[] } {
  const stop = actions[index];
  if (stop?.kind !== 'stop') return {};
  const isOf = ({ object }: PlannedAction): boolean => object.dbid === stop.object.dbid;
  const start = actions.findIndex((action, at) => at > index && isOf(action) && action.kind === 'start');
  const end = start < 0 ? actions.length : start;
  const own = actions.findIndex((action, at) => at > index && at < end && isOf(action) && isSetting(action));
  if (own < 0) return {};
  const mirrored = (actions[own]?.causedBy ?? []).filter((number) => number > index + 1 && number <= end);
  return { stoppedFor: [own + 1, ...mirrored] };
}

/** What puts a server where it is left: its start, or else the last thing that is done to it. */
function lastOf(actions: readonly PlannedAction[], dbid: number): PlannedAction | undefined {
  const own = actions.filter(({ kind, object }) => object.dbid === dbid && kind !== 'switch-over');
  return own.findLast(({ kind }) => kind === 'start') ?? own.at(-1);
}

/** A server that is started before its account is set runs with its former rights, and shows it nowhere. */
function restarts(actions: readonly PlannedAction[], index: number): { restarts?: number } {
  const start = actions[index];
  if (start?.kind !== 'start') return {};
  const isOf = ({ object }: PlannedAction): boolean => object.dbid === start.object.dbid;
  const before = actions.slice(0, index);
  const isSet = before.some((action) => isOf(action) && isSetting(action));
  return isSet
    ? { restarts: before.findLastIndex((action) => isOf(action) && action.kind === 'stop') + 1 }
    : {};
}

const isSetting = (action: PlannedAction | undefined): boolean =>
  action?.kind === 'set-account' && action.always !== true;

/** A platform may copy an account from one server of a pair to the other: found there, it is still our doing. */
function mirrored(actions: readonly PlannedAction[], index: number): { causedBy?: readonly number[] } {
  if (!isSetting(actions[index])) return {};
  // An account shows elsewhere only where it is set: servers that leave the solution get another one.
  const others = actions.flatMap((action, other) =>
    other !== index && isSetting(action) && sameJson(action.after, actions[index]?.after ?? null)
      ? [other + 1]
      : [],
  );
  return others.length > 0 ? { causedBy: others } : {};
}
