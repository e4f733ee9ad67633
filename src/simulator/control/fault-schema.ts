import { z } from 'zod';
import { behindSchema } from '../world/change-behind.js';

/** Before the effect, or after it and before the answer. */
const when = z.enum(['before', 'after']).default('before');
const status = z.number().int().min(400).max(599);

export const faultSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('delay'), ms: z.number().int().nonnegative(), when }),
  /** Waits until the fault is removed; then it goes on, or its connection is dropped and, held before, nothing happened. */
  z.strictObject({ kind: z.literal('hold'), when, then: z.enum(['go', 'drop']).default('go') }),
  /** The connection is dropped: nothing happened. */
  z.strictObject({ kind: z.literal('reset-before') }),
  /** The connection is dropped: it happened, and the answer is lost. */
  z.strictObject({ kind: z.literal('reset-after') }),
  /** An HTTP status without JSON; 429 and 503 with `Retry-After`. */
  z.strictObject({
    kind: z.literal('status'),
    status,
    body: z.string().optional(),
    retryAfterSeconds: z.number().int().optional(),
    when,
  }),
  /** 200 with something that is not what the protocol says. */
  z.strictObject({
    kind: z.literal('nonsense'),
    body: z.string().default('<html><body>It works!</body></html>'),
    when,
  }),
  /** `natural`: the session is gone and the call goes on; or 401; or the page a login portal would send. */
  z.strictObject({
    kind: z.literal('expire-session'),
    answer: z.enum(['natural', '401', 'login-page']).default('natural'),
  }),
  /** Refused by the platform: an EventError, with `scsError` when it is SCS. */
  z.strictObject({
    kind: z.literal('refuse'),
    errorType: z.number().int().min(0).max(255),
    objectType: z.number().int().default(0),
    objectProperty: z.number().int().default(0),
    message: z.string().default('Refused on request'),
    scsError: z.number().int().optional(),
  }),
  /** Somebody else changes something right before the effect. */
  z.strictObject({ kind: z.literal('change-behind'), change: behindSchema }),
  /** Every connection is dropped until the fault is removed. */
  z.strictObject({ kind: z.literal('down') }),
]);
export type Fault = z.infer<typeof faultSchema>;

export const faultRequestSchema = z.strictObject({
  match: z
    .strictObject({
      method: z.string().optional(),
      /** Regular expression on path and query. */
      path: z
        .string()
        .refine((source) => isRegExp(source), 'not a regular expression')
        .optional(),
      /** Only calls that change something when they succeed. */
      effects: z.literal(true).optional(),
      /** Part of the path or of the body: a name, for example. */
      object: z.string().optional(),
    })
    .default({}),
  fault: faultSchema,
  /** How many matching calls pass untouched first: 4 hits the fifth. */
  skip: z.number().int().nonnegative().default(0),
  /** How many calls it hits; null: until it is removed. Default 1, for `down` null. */
  times: z.number().int().positive().nullable().optional(),
});
export type FaultRequest = z.infer<typeof faultRequestSchema>;

function isRegExp(source: string): boolean {
  try {
    return new RegExp(source).source !== '';
  } catch {
    return false;
  }
}
