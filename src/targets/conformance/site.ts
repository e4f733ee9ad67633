import type { ConnectionSettings, TargetConfig } from '../../config/target-config.js';
import { newLook } from '../../saga/call.js';
import type { ObjectKind, Objects } from '../../solutions/ports/config-objects.js';
import type { Target } from '../../solutions/ports/target.js';
import type { ChannelName } from '../channel.js';
import { SharedLimits } from '../http/shared-limits.js';
import { TargetHttp } from '../http/target-http.js';
import { ConfiguredTargets } from '../targets.js';
import { RawBridge } from './raw-bridge.js';
import { RawGws } from './raw-gws.js';

/** A site under check: the service's own clients, and the wire beneath them. */
export class Site {
  readonly target: Target;
  readonly gws: RawGws;
  private readonly bridges = new Map<ChannelName, RawBridge>();
  private readonly targets: ConfiguredTargets;
  private readonly wires: TargetHttp[] = [];
  private readonly look = newLook();

  constructor(readonly config: TargetConfig) {
    this.targets = new ConfiguredTargets([config]);
    this.target = this.targets.get(config.name);
    const limits = new SharedLimits(config);
    this.gws = new RawGws(
      this.wire('objects', config.objects, limits),
      config.objects.baseUrl,
      config.objects,
    );
    for (const channel of ['security', 'control'] as const) {
      const settings = config[channel];
      if (settings.driver === 'manual') continue;
      const wire = this.wire(channel, settings, limits);
      this.bridges.set(channel, new RawBridge(wire, settings.baseUrl, settings.token));
    }
  }

  get security(): RawBridge {
    return this.bridge('security');
  }

  get control(): RawBridge {
    return this.bridge('control');
  }

  /** Whether the channel is a person: there is nothing to ask then. */
  isByHand(channel: ChannelName): boolean {
    return channel !== 'objects' && !this.bridges.has(channel);
  }

  /** Channels that cannot be used at all, and why. */
  async unusable(): Promise<ReadonlyMap<ChannelName, string>> {
    const health = await this.targets.get(this.config.name).health();
    const channels: readonly ChannelName[] = ['objects', 'security', 'control'];
    return new Map(
      channels.flatMap((channel) => {
        const { ok, detail } = health[channel];
        return ok ? [] : [[channel, detail ?? 'it does not answer'] as const];
      }),
    );
  }

  /** All objects of a kind that our user sees; asked once. @throws CallError */
  all<K extends ObjectKind>(kind: K): Promise<readonly Objects[K][]> {
    return this.target.objects.find(this.look, kind, {});
  }

  /** Waits for the calls in the air, each bounded by its time-out. */
  async close(): Promise<void> {
    await Promise.all([this.targets.close(), ...this.wires.map((wire) => wire.close())]);
  }

  private wire(
    channel: ChannelName,
    { ca, maxConnections }: ConnectionSettings,
    limits: SharedLimits,
  ): TargetHttp {
    const { name: target, timeoutMs, maxConcurrent, maxPerSecond } = this.config;
    const settings = { target, channel, timeoutMs, maxConcurrent, maxPerSecond, ca, maxConnections, limits };
    const wire = new TargetHttp(settings);
    this.wires.push(wire);
    return wire;
  }

  private bridge(channel: ChannelName): RawBridge {
    const bridge = this.bridges.get(channel);
    if (bridge === undefined) throw new Error(`${channel} is worked by a person`);
    return bridge;
  }
}
