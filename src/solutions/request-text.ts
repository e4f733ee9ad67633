import * as z from 'zod';

/**
 * No control characters: PostgreSQL keeps no U+0000, and nobody sees them. Published with the schemas, and so in the words
 * that every engine has: Python and others know no `\p{…}` and give up on the whole document.
 */
// eslint-disable-next-line no-control-regex -- they are what it is about
const printable = /^[^\x00-\x1f\x7f-\x9f]*$/;

/** No valid UTF-8. */
const halfPair = /\p{Cs}/u;

/** A text as a person writes it: kept as it is, never trimmed, since a name on the platform may begin with a blank. */
export const text = (maxLength: number) =>
  z
    .string()
    .min(1, { error: 'is empty', abort: true })
    .max(maxLength, `is longer than ${maxLength} characters`)
    .regex(/\S/, 'is blank')
    .regex(printable, 'has control characters in it')
    .refine((given) => !halfPair.test(given), 'has half a surrogate pair in it');

/** Names of objects: the platform documents no limit for most of them and 255 for the longest it does (facts sheet 3.2). */
export const objectName = text(255);

/** Texts of a Person: at most 64 characters on the platform. */
export const personText = text(64);

export const solutionKey = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9-]{0,62}$/,
    'must be 1 to 63 lower-case letters, digits and hyphens, and not begin with a hyphen',
  );

export const dateTime = z.iso.datetime({
  offset: true,
  error: 'must be an RFC 3339 date and time with an offset or Z',
});

const uuidForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** What PostgreSQL takes for a uuid; anything else in a path names nothing. */
export const isUuid = (word: string): boolean => uuidForm.test(word);

export const uuid = z.string().regex(uuidForm, 'must be a UUID');

/** For a route that takes no query and no body: whatever is sent is refused by name. */
export const nothing = z.strictObject({});
