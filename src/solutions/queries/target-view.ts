import { defaultBreaker, type TargetConfig } from '../../config/target-config.js';
import type { BreakerView } from './breaker-view.js';
import type { PauseView } from '../pauses/pause.js';
import type { TargetHealth } from '../target-probe.js';

/** A target as callers see it: never an address with credentials, never a secret. */
export function targetView(
  config: TargetConfig,
  health: TargetHealth,
  breaker: BreakerView,
  pause: PauseView,
) {
  return {
    name: config.name,
    href: `/v1/targets/${encodeURIComponent(config.name)}`,
    health: { ok: health.objects.ok && health.security.ok && health.control.ok, ...health },
    breaker,
    pause,
    drivers: {
      objects: config.objects.driver,
      security: config.security.driver,
      control: config.control.driver,
    },
    limits: {
      timeoutMs: config.timeoutMs,
      maxConcurrent: config.maxConcurrent,
      maxPerSecond: config.maxPerSecond,
      settleMs: config.settleMs,
      lateMs: config.lateMs,
      breaker: config.breaker ?? defaultBreaker,
    },
    pairRebind: config.pairRebind,
    baseAccessGroups: config.baseAccessGroups,
  };
}
export type TargetView = ReturnType<typeof targetView>;
