import * as z from 'zod';
import type { ActionKind } from '../../saga/action.js';
import type { Json } from '../../saga/json.js';
import { ObjectType, WellKnown } from '../ports/object-types.js';
import { text } from '../request-text.js';

/** What a person may write down of an object before the action, and how it is put. */
interface Form {
  readonly schema: z.ZodType<Json>;
  /** For people: what to look for. */
  readonly question: string;
  /** For people: how to write it. */
  readonly form: string;
}

/** The account's name where the object says it too; a name that is not known here has no DBID that an undo could set. */
const account = z.union([
  z.strictObject({
    type: z.union([z.literal(ObjectType.person), z.literal(ObjectType.accessGroup)]),
    dbid: z.int().min(1),
  }),
  z.literal('SYSTEM').transform(() => ({ type: ObjectType.accessGroup, dbid: WellKnown.system })),
]);

const entry: Form = {
  schema: z.union([z.strictObject({ accessMask: z.int().min(0).max(255) }), z.null()]),
  question: 'Is the account in the list of permissions of the object, and with which rights?',
  form: 'null when it is not in the list, else { "accessMask": N }, the sum of Read 1, Create 2, Change 4, Execute 8, Delete 16, Read permissions 32, Change permissions 64',
};

const state: Form = {
  schema: z.enum(['running', 'stopped']),
  question: 'Does the server run?',
  form: '"running" or "stopped"',
};

const forms: Partial<Record<ActionKind, Form>> = {
  grant: entry,
  revoke: entry,
  'set-account': {
    schema: account,
    question: 'As which account does the server run ("Log On As")?',
    form: '"SYSTEM", or { "type": 3 for a Person or 21 for an access group, "dbid": N }',
  },
  stop: state,
  start: state,
  'switch-over': {
    schema: z.strictObject({ primary: text(255) }),
    question: 'Which of the two servers runs as primary?',
    form: '{ "primary": "name of the application" }',
  },
};

/** Of kinds that a person may have to do; all others are done through the objects API. */
export function formOf(kind: ActionKind): Form {
  const form = forms[kind];
  if (form === undefined) throw new Error(`${kind} is nobody's work but the service's`);
  return form;
}
