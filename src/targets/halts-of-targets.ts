import { Injectable } from '@nestjs/common';
import type { Halt } from '../saga/halts.js';
import { Halts } from '../saga/halts.js';
import type { Pause } from '../solutions/pauses/pause.js';
import { Pauses } from '../solutions/pauses/pauses.js';
import { ConfiguredTargets } from './targets.js';

/** What the engine leaves alone at the moment: what a person has paused, and targets that this process has found down. */
@Injectable()
export class HaltsOfTargets extends Halts {
  constructor(
    private readonly pauses: Pauses,
    private readonly targets: ConfiguredTargets,
  ) {
    super();
  }

  override of(target: string): Halt | null {
    const pause = this.pauses.of(target);
    if (pause !== null) return { detail: `target "${target}" is ${said(pause)}`, untilMs: null };
    return this.targets.names().includes(target) ? this.down(target) : null;
  }

  override ofService(): Halt | null {
    // Without a look into the database nobody may begin anything: what is paused might be this.
    if (!this.pauses.known) return { detail: 'what is paused has not been read yet', untilMs: null };
    const pause = this.pauses.ofEverything();
    return pause === null ? null : { detail: `the service is ${said(pause)}`, untilMs: null };
  }

  override onChange(listener: () => void): () => void {
    const off = [this.pauses.onChange(listener), this.targets.onBreaker(listener)];
    return () => {
      for (const one of off) one();
    };
  }

  /** No saga gets far with two of the three channels, so one that is down is waited for. */
  private down(target: string): Halt | null {
    for (const [channel, { state, detail, probeAtMs }] of Object.entries(
      this.targets.get(target).breakers(),
    )) {
      if (state !== 'closed')
        return { detail: `target "${target}" is down (${channel}): ${detail ?? ''}`, untilMs: probeAtMs };
    }
    return null;
  }
}

const said = ({ actor, reason }: Pause): string => `paused by ${actor}: ${reason}`;
