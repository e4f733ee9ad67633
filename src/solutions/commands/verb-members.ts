import type { Fault } from '../../errors.js';
import { invalid, namedFaults } from '../../http/validate.js';
import { sameJson, type Json } from '../../saga/json.js';
import type { VerbRequest } from '../../saga/position.js';
import type { Verb } from '../../saga/verbs.js';
import { windowOf } from '../onboard-request.js';
import { verbRequest, type VerbRequestBody } from '../verb-request.js';

/** What a verb needs beyond a reason. */
type Members = Pick<VerbRequest, 'window' | 'digest' | 'evidence' | 'report'>;

interface Owner {
  readonly verb: Verb;
  readonly required: boolean;
}
const required = (verb: Verb): Owner => ({ verb, required: true });
const optional = (verb: Verb): Owner => ({ verb, required: false });

const owners = {
  window: [required('reschedule')],
  digest: [required('approve')],
  evidence: [required('mark-done'), optional('complete-task')],
  task: [required('complete-task')],
  outcome: [required('complete-task')],
  results: [optional('complete-task')],
} as const satisfies Partial<Record<keyof VerbRequestBody, readonly Owner[]>>;

/**
 * The body of this verb. What is wrong with its form is said together with what is missing.
 * @throws AppError `invalid-request`
 */
export function verbBody(verb: Verb, body: unknown): VerbRequestBody {
  const given = body === undefined ? {} : body;
  const parsed = verbRequest.safeParse(given);
  if (parsed.success) return parsed.data;
  const [faults, count] = namedFaults(parsed.error.issues, { schema: verbRequest });
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw invalid(faults, count);
  const pointers = new Set(faults.map(({ pointer }) => pointer));
  const lacking = memberFaults(verb, given as { readonly [member: string]: unknown }).filter(
    ({ pointer }) => !pointers.has(pointer),
  );
  throw invalid([...faults, ...lacking], count + lacking.length);
}

/** Members of this verb that are missing, and those that nobody would heed; only whether they are there is looked at. */
export function memberFaults(verb: Verb, request: { readonly [member: string]: unknown }): readonly Fault[] {
  return [
    ...lacksReason(verb, request),
    ...(Object.keys(owners) as (keyof typeof owners)[]).flatMap((member): Fault[] => {
      const all: readonly Owner[] = owners[member];
      const owner = all.find((one) => one.verb === verb);
      const isGiven = request[member] !== undefined;
      if (isGiven ? owner !== undefined : owner?.required !== true) return [];
      const names = all.map((one) => `"${one.verb}"`).join(' and ');
      const detail = isGiven ? `belongs to ${names} only` : `is required by "${verb}"`;
      return [{ pointer: `/${member}`, detail }];
    }),
  ];
}

/** What is kept of the members of this verb, once nothing is wrong with them. */
export function verbMembers(verb: Verb, { window, digest, evidence }: VerbRequestBody): Members {
  return {
    ...(window === undefined ? {} : { window: windowOf(window) }),
    ...(digest === undefined ? {} : { digest }),
    ...(evidence === undefined || verb !== 'mark-done' ? {} : { evidence }),
  };
}

/** Whoever reports a task has said in its evidence why. */
function lacksReason(
  verb: Verb,
  { reason, evidence }: { readonly [member: string]: unknown },
): readonly Fault[] {
  if (reason !== undefined || (verb === 'complete-task' && evidence !== undefined)) return [];
  return [{ pointer: '/reason', detail: 'is required' }];
}

/** What is kept as the request's reason. */
export const reasonOf = ({ reason, evidence }: VerbRequestBody): string => reason ?? evidence ?? '';

const asked = ({ verb, window, digest, evidence, report }: Members & { readonly verb: string }): Json => [
  verb,
  window === undefined ? null : { ...window },
  digest ?? null,
  evidence ?? null,
  (report as unknown as Json | undefined) ?? null,
];

/** The same request once more, whoever sends it and whatever reason they give. */
export const isSameRequest = (waiting: VerbRequest, other: Members & { readonly verb: string }): boolean =>
  sameJson(asked(waiting), asked(other));
