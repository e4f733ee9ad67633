import type { TargetConfig } from '../config/target-config.js';
import { AppError } from '../errors.js';
import type { Target } from '../solutions/ports/target.js';
import { Targets } from '../solutions/ports/target.js';
import { Channel, type ChannelName } from './channel.js';
import { byHand, drivers } from './drivers.js';
import type { TargetHealth } from './health.js';
import type { BreakerState } from './http/breaker.js';
import { SharedLimits } from './http/shared-limits.js';
import type { OnCall } from './http/target-http.js';
import { rememberingObjects, rememberingTarget } from './looks/remembering-target.js';
import { channelByHand } from './manual/channel-by-hand.js';

export type Breakers = Readonly<Record<ChannelName, BreakerState>>;
export type OnBreaker = (target: string, channel: ChannelName, state: BreakerState) => void;

export interface ConfiguredTarget extends Target {
  /** Asks every channel once; never throws. */
  health(): Promise<TargetHealth>;
  breakers(): Breakers;
}

/** The targets of the targets file, each with its drivers behind one limit and a breaker for each channel. */
export class ConfiguredTargets extends Targets {
  private readonly targets = new Map<string, { target: ConfiguredTarget; close(): Promise<unknown> }>();
  private readonly listeners = new Set<OnBreaker>();

  constructor(configs: readonly TargetConfig[], onCall?: OnCall) {
    super();
    for (const config of configs) {
      const told = (channel: ChannelName, state: BreakerState): void => {
        for (const listener of this.listeners) listener(config.name, channel, state);
      };
      this.targets.set(config.name, connect(config, onCall, told));
    }
  }

  override get(name: string): ConfiguredTarget {
    const found = this.targets.get(name);
    if (found === undefined) {
      throw new AppError(
        'target-unknown',
        `There is no target "${name}"; configured: ${this.names().join(', ')}.`,
      );
    }
    return found.target;
  }

  override names(): readonly string[] {
    return [...this.targets.keys()];
  }

  /** Tells of every move of a breaker. @returns the function that takes the listener away */
  onBreaker(listener: OnBreaker): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Waits for the calls in the air, each bounded by its time-out. */
  async close(): Promise<void> {
    await Promise.all([...this.targets.values()].map((target) => target.close()));
  }
}

function connect(
  config: TargetConfig,
  onCall: OnCall | undefined,
  onBreaker: (channel: ChannelName, state: BreakerState) => void,
): { target: ConfiguredTarget; close(): Promise<unknown> } {
  const shared = { target: config, limits: new SharedLimits(config), onCall, onBreaker };
  const objects = new Channel({ ...shared, name: 'objects', settings: config.objects }, (http) =>
    drivers.objects[config.objects.driver](http, config.objects, config),
  );
  const { security: securitySettings, control: controlSettings } = config;
  const security =
    securitySettings.driver === 'manual'
      ? channelByHand(byHand.security(rememberingObjects(config.name, objects.port)))
      : new Channel({ ...shared, name: 'security', settings: securitySettings }, (http) =>
          drivers.security[securitySettings.driver](http, securitySettings, config),
        );
  const control =
    controlSettings.driver === 'manual'
      ? channelByHand(byHand.control())
      : new Channel({ ...shared, name: 'control', settings: controlSettings }, (http) =>
          drivers.control[controlSettings.driver](http, controlSettings, config),
        );
  const ports = { objects: objects.port, security: security.port, control: control.port };
  const target = {
    config,
    ...rememberingTarget(config.name, ports, securitySettings.driver === 'manual'),
    health: async () => {
      const [forObjects, forSecurity, forControl] = await Promise.all([
        objects.health(),
        security.health(),
        control.health(),
      ]);
      return { objects: forObjects, security: forSecurity, control: forControl };
    },
    breakers: () => ({
      objects: objects.breakerState,
      security: security.breakerState,
      control: control.breakerState,
    }),
  };
  return { target, close: () => Promise.all([objects.close(), security.close(), control.close()]) };
}
