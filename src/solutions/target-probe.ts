/** Whether one channel of a target can be used now, and if not, why. */
export interface ChannelHealth {
  readonly ok: boolean;
  readonly detail: string | null;
}

export interface TargetHealth {
  readonly objects: ChannelHealth;
  readonly security: ChannelHealth;
  readonly control: ChannelHealth;
}

/** The circuit breaker of a channel: closed while calls go through. Times in epoch ms. */
export interface ChannelBreaker {
  readonly state: 'closed' | 'open' | 'half-open';
  readonly sinceMs: number | null;
  /** When it is asked next whether it is back. */
  readonly probeAtMs: number | null;
  readonly detail: string | null;
}

export interface TargetBreakers {
  readonly objects: ChannelBreaker;
  readonly security: ChannelBreaker;
  readonly control: ChannelBreaker;
}

/** How a target is. Never throws. */
export abstract class TargetProbe {
  /** Asks every channel once. */
  abstract probe(target: string): Promise<TargetHealth>;
  /** As this process has found it. */
  abstract breakers(target: string): TargetBreakers;
}
