import { AppError, type Fault } from '../../errors.js';
import { sameJson, type Json } from '../../saga/json.js';
import type { VerbRequest } from '../../saga/position.js';
import type { Verb } from '../../saga/verbs.js';
import { windowOf } from '../onboard-request.js';
import type { VerbRequestBody } from '../verb-request.js';

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

/** The members of this verb. @throws AppError `invalid-request` where one is missing, or there is one that nobody would heed */
export function verbMembers(verb: Verb, request: VerbRequestBody): Members {
  const { window, digest, evidence } = request;
  const errors = [
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
  if (errors.length > 0) {
    const faults = errors.length === 1 ? '1 fault' : `${errors.length} faults`;
    throw new AppError('invalid-request', `The request has ${faults}.`, { errors });
  }
  return {
    ...(window === undefined ? {} : { window: windowOf(window) }),
    ...(digest === undefined ? {} : { digest }),
    ...(evidence === undefined || verb !== 'mark-done' ? {} : { evidence }),
  };
}

/** Whoever reports a task has said in its evidence why. */
function lacksReason(verb: Verb, { reason, evidence }: VerbRequestBody): readonly Fault[] {
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
