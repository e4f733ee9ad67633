import { AppError, type Fault } from '../../errors.js';
import { sameJson, type Json } from '../../saga/json.js';
import type { VerbRequest } from '../../saga/position.js';
import type { Verb } from '../../saga/verbs.js';
import { windowOf } from '../onboard-request.js';
import type { VerbRequestBody } from '../verb-request.js';

/** What a verb needs beyond a reason. */
type Members = Pick<VerbRequest, 'window' | 'digest' | 'evidence'>;

const owners: Readonly<Record<keyof Members, Verb>> = {
  window: 'reschedule',
  digest: 'approve',
  evidence: 'mark-done',
};

/** The members of this verb. @throws AppError `invalid-request` where one is missing, or there is one that nobody would heed */
export function verbMembers(verb: Verb, { window, digest, evidence }: VerbRequestBody): Members {
  const given = { window, digest, evidence };
  const errors = (Object.keys(owners) as (keyof Members)[]).flatMap((member): Fault[] => {
    const owner = owners[member];
    if ((verb === owner) === (given[member] !== undefined)) return [];
    const detail = verb === owner ? `is required by "${owner}"` : `belongs to "${owner}" only`;
    return [{ pointer: `/${member}`, detail }];
  });
  if (errors.length > 0) {
    const faults = errors.length === 1 ? '1 fault' : `${errors.length} faults`;
    throw new AppError('invalid-request', `The request has ${faults}.`, { errors });
  }
  return {
    ...(window === undefined ? {} : { window: windowOf(window) }),
    ...(digest === undefined ? {} : { digest }),
    ...(evidence === undefined ? {} : { evidence }),
  };
}

const asked = ({ verb, window, digest, evidence }: Members & { readonly verb: string }): Json => [
  verb,
  window === undefined ? null : { ...window },
  digest ?? null,
  evidence ?? null,
];

/** The same request once more, whoever sends it and whatever reason they give. */
export const isSameRequest = (waiting: VerbRequest, other: Members & { readonly verb: string }): boolean =>
  sameJson(asked(waiting), asked(other));
