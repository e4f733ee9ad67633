import * as z from 'zod';
import { noVerb } from '../no-verb.js';
import { text } from '../request-text.js';

/** Body of a pause and of its end. */
export const pauseRequest = z
  .strictObject({ reason: text(2_000).describe('Shown with everything that waits, and kept.') })
  .meta({ id: 'PauseRequest' });

export const pauseVerbs = ['pause', 'resume'] as const;
export type PauseVerb = (typeof pauseVerbs)[number];

/** @throws AppError `not-found` */
export function pauseVerb(word: string): PauseVerb {
  const verb = pauseVerbs.find((one) => one === word);
  if (verb === undefined) throw noVerb(word, pauseVerbs);
  return verb;
}

/** Nothing new is begun on a target, or with `everything` at all: who said so and why. */
export interface Pause {
  readonly actor: string;
  readonly reason: string;
  readonly atMs: number;
}

/** In place of a target's name, which never holds it: the whole service. */
export const everything = '*';

export const pauseView = (pause: Pause | null) =>
  pause === null ? null : { by: pause.actor, reason: pause.reason, at: new Date(pause.atMs).toISOString() };
export type PauseView = ReturnType<typeof pauseView>;
