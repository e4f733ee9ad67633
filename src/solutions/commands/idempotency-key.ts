import { AppError, parameterFault } from '../../errors.js';

const maxLength = 255;
/** A structured-field string (RFC 8941): quoted, with `\"` and `\\` inside. */
const quoted = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/;
const bare = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/** The value of the header `Idempotency-Key`, quoted or not; both forms name the same key. @throws AppError `invalid-request` */
export function readIdempotencyKey(header: string | undefined): string | null {
  if (header === undefined) return null;
  const value = header.trim();
  const key = quoted.exec(value)?.[1]?.replace(/\\(["\\])/g, '$1') ?? (bare.test(value) ? value : '');
  if (key === '' || key.length > maxLength) {
    throw new AppError('invalid-request', 'The header Idempotency-Key is not valid.', {
      errors: [
        parameterFault(
          'header',
          'Idempotency-Key',
          `must be 1 to ${maxLength} visible ASCII characters, in quotes or without`,
        ),
      ],
    });
  }
  return key;
}
