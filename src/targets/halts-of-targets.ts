import { Injectable } from '@nestjs/common';
import type { Halt } from '../saga/halts.js';
import { Halts } from '../saga/halts.js';
import type { Pause } from '../solutions/pauses/pause.js';
import { Pauses } from '../solutions/pauses/pauses.js';

/** What the engine leaves alone at the moment: what a person has paused. */
@Injectable()
export class HaltsOfTargets extends Halts {
  constructor(private readonly pauses: Pauses) {
    super();
  }

  override of(target: string): Halt | null {
    const pause = this.pauses.of(target);
    return pause === null ? null : { detail: `target "${target}" is ${said(pause)}`, untilMs: null };
  }

  override ofService(): Halt | null {
    // Without a look into the database nobody may begin anything: what is paused might be this.
    if (!this.pauses.known) return { detail: 'what is paused has not been read yet', untilMs: null };
    const pause = this.pauses.ofEverything();
    return pause === null ? null : { detail: `the service is ${said(pause)}`, untilMs: null };
  }

  override onChange(listener: () => void): () => void {
    return this.pauses.onChange(listener);
  }
}

const said = ({ actor, reason }: Pause): string => `paused by ${actor}: ${reason}`;
