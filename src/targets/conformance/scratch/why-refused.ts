import type { TargetConfig } from '../../../config/target-config.js';
import { integerOf } from '../../gws/wire.js';
import type { RawAnswer } from '../raw-answer.js';
import { errorTypeOf, inWords } from '../raw-answer.js';

/** A refused change in words, with what is likely missing. */
export function whyRefused(answer: RawAnswer, { conventions }: TargetConfig): string {
  const said = inWords(answer);
  if (answer.status === 404 || answer.status === 405)
    return `${said}; is the feature api-platform-configuration-write enabled for its contact centre?`;
  return isForWantOfRights(answer, conventions.errorTypeNoPermission)
    ? `${said}; the user of the objects API lacks a right: Create on the folder, Change or Delete on the object`
    : said;
}

export const isForWantOfRights = (answer: RawAnswer, errorTypeNoPermission: number): boolean =>
  integerOf(answer.body?.['statusCode']) === 5 || errorTypeOf(answer) === errorTypeNoPermission;
