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

/** Asks every channel of a target once; never throws. */
export abstract class TargetProbe {
  abstract probe(target: string): Promise<TargetHealth>;
}
