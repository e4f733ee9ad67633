import type { Logger } from 'pino';
import type { ConfiguredTargets } from './targets.js';

/** One line when a channel is found down, and one when it is back; not one for each probe in between. */
export function logBreakers(targets: ConfiguredTargets, log: Logger): void {
  const sinceMs = new Map<string, number>();
  targets.onBreaker((target, channel, state) => {
    const key = `${target}/${channel}`;
    const fields = { target, channel };
    const down = sinceMs.get(key);
    if (state.state === 'closed' && down !== undefined) {
      sinceMs.delete(key);
      log.info({ ...fields, downMs: Date.now() - down }, 'a target is back; its operations go on');
    }
    if (state.state === 'open' && down === undefined) {
      sinceMs.set(key, state.sinceMs ?? Date.now());
      log.warn({ ...fields, detail: state.detail }, 'a target is down; its operations wait for it');
    }
  });
}
