import type * as z from 'zod';
import type { Fault } from '../../errors.js';
import { invalid, validate } from '../../http/validate.js';
import { isVerb, type Verb } from '../../saga/verbs.js';
import {
  changeCommand,
  offboardCommand,
  type ChangeRequest,
  type OffboardRequest,
} from '../later-request.js';
import { onboardRequest, type OnboardRequest } from '../onboard-request.js';
import { objectName, solutionKey, text, uuid } from '../request-text.js';
import { verbRequest } from '../verb-request.js';
import type { Identity } from './sql/find-operation-of.sql.js';

const typeForm = /^solution-onboarding\.command\.(?:(onboard|change|offboard)|operation\.([a-z-]+))\.v1$/;

export type CommandKind = 'onboard' | 'change' | 'offboard' | { readonly verb: Verb };

/** null: nothing of ours, or of a version that is not known here. */
export function kindOf(type: string): CommandKind | null {
  const [, command, word] = typeForm.exec(type) ?? [];
  if (command !== undefined) return command as 'onboard' | 'change' | 'offboard';
  return word !== undefined && isVerb(word) ? { verb: word } : null;
}

/** The body of REST; only the target has to be there. */
export const onboardCommand = onboardRequest.extend({ target: text(255) });

/** @throws AppError `invalid-request` */
export function onboardData(data: unknown): OnboardRequest & { target: string } {
  return validate(onboardCommand, data);
}

/** The body of REST, and the solution that stands in its address there. */
export interface LaterData<Request> {
  readonly solution: Identity;
  readonly request: Request;
}

/** @throws AppError `invalid-request` */
export function changeDataOf(data: unknown): LaterData<ChangeRequest> {
  const { target, tenant, key, ...request } = validate(changeCommand, data);
  return { solution: { target, tenant, key }, request };
}

/** @throws AppError `invalid-request` */
export function offboardDataOf(data: unknown): LaterData<OffboardRequest> {
  const { target, tenant, key, ...request } = validate(offboardCommand, data);
  return { solution: { target, tenant, key }, request };
}

/** The body of REST, and what it is about: `operationId`, or `target`, `tenant` and `key`. */
export const verbCommand = verbRequest.extend({
  operationId: uuid.optional(),
  target: text(255).optional(),
  tenant: objectName.optional(),
  key: solutionKey.optional(),
});

export type VerbData = z.infer<typeof verbRequest> & {
  readonly of: { readonly operationId: string } | Identity;
};

/** Names either an operation or a solution. @throws AppError `invalid-request` */
export function verbDataOf(data: unknown): VerbData {
  const { operationId, target, tenant, key, ...request } = validate(verbCommand, data);
  if (operationId !== undefined) {
    const faults: Fault[] = Object.entries({ target, tenant, key })
      .filter(([, value]) => value !== undefined)
      .map(([name]) => ({
        pointer: `/${name}`,
        detail: 'does not go with operationId: name one or the other',
      }));
    if (faults.length > 0) throw invalid(faults);
    return { ...request, of: { operationId } };
  }
  if (target === undefined || tenant === undefined || key === undefined) {
    throw invalid([{ pointer: '', detail: 'must have operationId, or target, tenant and key' }]);
  }
  return { ...request, of: { target, tenant, key } };
}
