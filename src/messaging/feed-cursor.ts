import { AppError, parameterFault } from '../errors.js';

/** Opaque to readers, so that what is behind it may change. */
export function encodeCursor(cursor: number): string {
  return Buffer.from(`1:${cursor}`).toString('base64url');
}

/** @throws AppError `invalid-request` */
export function decodeCursor(text: string): number {
  const match = /^1:(\d{1,15})$/.exec(Buffer.from(text, 'base64url').toString('latin1'));
  if (match === null) throw notOurs('This is not a cursor of this feed.');
  return Number(match[1]);
}

/** @param detail what is wrong with it */
export function notOurs(detail: string): AppError {
  return new AppError('invalid-request', 'The cursor is not valid.', {
    errors: [
      parameterFault('query', 'after', `${detail} Use a \`next\` that the feed gave, or leave it out.`),
    ],
  });
}
