import { didYouMean } from '../config/similar-names.js';
import { AppError } from '../errors.js';

/** An address that ends in a word that is no verb; the answer has those that are. */
export function noVerb(word: string, verbs: readonly string[]): AppError {
  const asked = word.slice(0, 64);
  const known = verbs.map((verb) => `"${verb}"`).join(', ');
  return new AppError(
    'not-found',
    `There is no verb ${JSON.stringify(asked)}.${didYouMean(asked, verbs)} The verbs are ${known}.`,
    { members: { verbs } },
  );
}
