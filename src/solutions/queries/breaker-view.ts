import type { ChannelBreaker, TargetBreakers } from '../target-probe.js';

const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

const channelView = ({ state, sinceMs, probeAtMs, detail }: ChannelBreaker) => ({
  state,
  since: iso(sinceMs),
  probeAt: iso(probeAtMs),
  detail,
});

/** The worst of the three is the target's: operations wait for it while one channel is down. */
export function breakerView({ objects, security, control }: TargetBreakers) {
  const states = [objects.state, security.state, control.state];
  const state = (['open', 'half-open'] as const).find((worst) => states.includes(worst)) ?? 'closed';
  return {
    state,
    objects: channelView(objects),
    security: channelView(security),
    control: channelView(control),
  };
}
export type BreakerView = ReturnType<typeof breakerView>;
