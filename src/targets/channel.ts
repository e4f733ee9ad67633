import type { ConnectionSettings, TargetConfig } from '../config/target-config.js';
import { defaultBreaker } from '../config/target-config.js';
import type { Driven } from './drivers.js';
import type { ChannelHealth } from './health.js';
import { healthOf } from './health.js';
import type { BreakerState } from './http/breaker.js';
import { Breaker } from './http/breaker.js';
import type { SharedLimits } from './http/shared-limits.js';
import type { OnCall } from './http/target-http.js';
import { TargetHttp } from './http/target-http.js';

export type ChannelName = 'objects' | 'security' | 'control';

export interface ChannelOptions {
  readonly name: ChannelName;
  readonly target: TargetConfig;
  readonly settings: ConnectionSettings;
  readonly limits: SharedLimits;
  readonly onCall: OnCall | undefined;
  readonly onBreaker: (channel: ChannelName, state: BreakerState) => void;
}

/** One channel of a target, however it is worked. */
export interface OpenChannel<Port> {
  readonly port: Port;
  readonly breakerState: BreakerState;
  /** Never throws. */
  health(): Promise<ChannelHealth>;
  close(): Promise<void>;
}

/** One over HTTP: connections and a breaker, the port over them, and a way past the breaker to ask how it is. */
export class Channel<Port> implements OpenChannel<Port> {
  readonly port: Port;
  private readonly breaker: Breaker;
  private readonly http: TargetHttp;
  private readonly probe: () => Promise<void>;

  constructor(
    { name, target, settings, limits, onCall, onBreaker }: ChannelOptions,
    build: (http: TargetHttp) => Driven<Port>,
  ) {
    this.breaker = new Breaker(`${target.name}/${name}`, target.breaker ?? defaultBreaker, (state) =>
      onBreaker(name, state),
    );
    const { timeoutMs, maxConcurrent, maxPerSecond } = target;
    const { ca, maxConnections } = settings;
    this.http = new TargetHttp({
      target: target.name,
      channel: name,
      timeoutMs,
      maxConcurrent,
      maxPerSecond,
      ca,
      maxConnections,
      limits,
      breaker: this.breaker,
      onCall,
    });
    this.port = build(this.http).port;
    // A session of its own: one that was opened while the channel was down must not speak for it.
    const besides = build(this.http.unguarded());
    this.probe = () => besides.probe();
    this.breaker.watchWith(this.probe);
  }

  get breakerState(): BreakerState {
    return this.breaker.state;
  }

  /** Asks it once; while its breaker is not closed what the last call met. Never throws. */
  health(): Promise<ChannelHealth> {
    const { state, detail } = this.breaker.state;
    if (state === 'closed') return healthOf(this.probe);
    return Promise.resolve({ ok: false, detail: detail ?? 'it is down' });
  }

  /** Waits for the calls in the air, each bounded by its time-out. */
  close(): Promise<void> {
    return this.http.close();
  }
}
