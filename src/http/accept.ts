import { AppError } from '../errors.js';

/**
 * The offered media type that an `Accept` header likes best (RFC 9110 12.5.1), the first offered where it likes several
 * the same, or where there is no header.
 * @throws AppError `not-acceptable`
 */
export function preferred<T extends string>(accept: string | undefined, offered: readonly [T, ...T[]]): T {
  if (accept === undefined || accept.trim() === '') return offered[0];
  const ranges = accept.split(',').map(rangeOf);
  const liked = offered
    .map((type) => ({ type, quality: qualityOf(type, ranges) }))
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality);
  if (liked[0] !== undefined) return liked[0].type;
  throw new AppError('not-acceptable', `Offered are ${offered.join(', ')}.`);
}

interface Range {
  readonly type: string;
  readonly quality: number;
}

function rangeOf(text: string): Range {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
  const quality = weight === undefined ? 1 : Number(weight);
  return { type, quality: quality >= 0 && quality <= 1 ? quality : 0 };
}

/** The most exact range decides: `text/html;q=0, *∕*` is everything but HTML. */
function qualityOf(type: string, ranges: readonly Range[]): number {
  const exactly = [type, `${type.split('/')[0] ?? ''}/*`, '*/*'];
  for (const range of exactly) {
    const found = ranges.find((one) => one.type === range);
    if (found !== undefined) return found.quality;
  }
  return 0;
}
