import type { ChannelName } from '../channel.js';
import type { Answer, Fact } from './fact.js';
import type { Scratch } from './scratch/scratch.js';
import type { Site } from './site.js';

/** A fact, and how it is looked at without changing anything. */
export interface ReadingCheck extends Fact {
  /** Channels that have to answer for it besides its own. */
  readonly needs?: readonly ChannelName[];
  /** @throws CallError */
  readonly ask: (site: Site) => Promise<Answer>;
}

/** A fact that shows only on objects that are made for it and removed again. */
export interface ScratchCheck extends Fact {
  readonly needs?: readonly ChannelName[];
  /** That something can be made is the fact itself; for the others it only means that they cannot be asked. */
  readonly isMaking?: true;
  /** @throws CallError, Unmade */
  readonly attempt: (scratch: Scratch) => Promise<Answer>;
}
