import type { ChannelName } from '../channel.js';

/**
 * `held`: what we rely on is so. `broken`: it is not, and an onboarding would fail or mislead. `unknown`: it could not be
 * asked, or nothing here can answer it.
 */
export type Verdict = 'held' | 'broken' | 'unknown';

export interface Answer {
  readonly verdict: Verdict;
  /** What was seen, in a sentence for a person. */
  readonly found: string;
}

export const held = (found: string): Answer => ({ verdict: 'held', found });
export const broken = (found: string): Answer => ({ verdict: 'broken', found });
export const unknown = (found: string): Answer => ({ verdict: 'unknown', found });

/** Something that we rely on, or that nobody outside the vendor could confirm. */
export interface Fact {
  readonly id: string;
  readonly channel: ChannelName;
  readonly text: string;
  /** Where the fact comes from: documented, seen in public code, concluded, contract of the bridge, setting. */
  readonly source: string;
  /** Numbers of the open questions in docs/conformance.md that its answer settles. */
  readonly questions?: readonly number[];
}

/** A fact as it was met at a site. */
export interface CheckedFact extends Fact, Answer {
  readonly questions: readonly number[];
}
