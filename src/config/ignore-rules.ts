import * as z from 'zod';
import { PROBLEMS } from '../problems.js';

/** What nobody needs to be told of: a kind of difference, or a warning. Names may have `*` for any text. */
export interface IgnoreRule {
  /** Kind of the action that would take the difference away. */
  readonly action?: string | undefined;
  /** Code of a warning; an error is never ignored. */
  readonly code?: string | undefined;
  readonly object?: { readonly type?: number | undefined; readonly name?: string | undefined } | undefined;
  readonly tenant?: string | undefined;
  /** Key of the solution. */
  readonly key?: string | undefined;
  /** RFC 3339; from then on the rule is as if it were not there. */
  readonly until?: string | undefined;
  readonly reason: string;
}

const actions = [
  'create',
  'update',
  'grant',
  'revoke',
  'add-member',
  'remove-member',
  'set-account',
  'stop',
  'start',
  'switch-over',
] as const;

const pattern = z.string().min(1).max(255);

export const ignoreRule = z
  .strictObject({
    action: z.enum(actions).optional(),
    code: z
      .string()
      .refine((code) => Object.hasOwn(PROBLEMS, code), 'is no code of a finding; see docs/problems')
      .optional(),
    object: z.strictObject({ type: z.int().min(1).optional(), name: pattern.optional() }).optional(),
    tenant: pattern.optional(),
    key: pattern.optional(),
    until: z.iso.datetime({ offset: true, error: 'must be an RFC 3339 date and time' }).optional(),
    // Who reads it in two years has to know why.
    reason: z.string().regex(/\S/, 'is blank').max(500),
  })
  .refine(
    ({ action, code }) => (action === undefined) !== (code === undefined),
    'says either which action or which code is ignored',
  );
