import * as z from 'zod';
import type { TargetConfig } from '../config/target-config.js';
import { pointerOf } from '../config/faults.js';
import { noTwins } from '../config/no-twins.js';
import type { Fault } from '../errors.js';
import type { Schedule, Window } from '../saga/position.js';
import type { Desired } from './desired.js';
import { Access } from './ports/object-types.js';
import { dateTime, objectName, personText, solutionKey, text, uuid } from './request-text.js';
import { withDefaults } from './rules/defaults.js';

const lacksRights =
  'must include 9: without Read (1) the server does not see the Business Process, without Execute (8) it may not run it';

const accessMask = z
  .int()
  .min(Access.readAndExecute, { error: lacksRights, abort: true })
  .max(127, {
    error: 'must not have bits beyond 64: bit 128 is no right but steers propagation',
    abort: true,
  })
  .refine((mask) => (mask & Access.readAndExecute) === Access.readAndExecute, { error: lacksRights });

const businessProcesses = z
  .array(objectName)
  .min(1, 'must name at least one Business Process')
  .max(500, 'must name at most 500 Business Processes')
  .superRefine(noTwins)
  .meta({ uniqueItems: true });

export const windowRequest = z
  .strictObject({ notBefore: dateTime, notAfter: dateTime })
  .refine(({ notBefore, notAfter }) => Date.parse(notBefore) < Date.parse(notAfter), {
    path: ['notAfter'],
    error: 'must be later than notBefore',
  })
  .meta({ id: 'Window', description: 'When servers may be stopped; it gates only the first stop.' });

export const externalReferences = z
  .array(z.strictObject({ name: text(255), externalReferenceType: text(255) }))
  .max(20, 'must have at most 20 entries')
  .describe('Numbers of tickets and orders; they are on everything the operation says.');

/** Body of `POST /v1/solutions` and data of the onboard command. Nothing is trimmed, defaulted or coerced here: what is valid is kept as it was sent. */
export const onboardRequest = z
  .strictObject({
    target: text(255).optional().describe('May be left out when only one target is configured.'),
    tenant: objectName,
    key: solutionKey.describe('Names the solution within its tenant.'),
    displayName: text(255).optional(),
    interactionServer: objectName.describe('Name of the primary; its backup is handled with it.'),
    businessProcesses,
    accessGroup: z
      .strictObject({ name: objectName.optional(), accessMask: accessMask.optional() })
      .optional(),
    person: z
      .strictObject({
        userName: personText.optional().describe('Unique in the whole configuration database.'),
        employeeId: personText.optional(),
        firstName: personText.optional(),
        lastName: personText.optional(),
      })
      .optional(),
    onExisting: z
      .enum(['refuse', 'adopt'])
      .optional()
      .describe(
        'An access group or a Person of the name is there already: `refuse` (default), or `adopt`: taken over if it is safe (an ordinary group with no members but the Person; a Person who is no agent, in no other group and the account of no other server). The plan says what is taken over; it is never deleted.',
      ),
    isolation: z.strictObject({ requireExclusive: z.boolean().optional() }).optional(),
    restart: z
      .strictObject({
        mode: z
          .enum(['rolling', 'together'])
          .optional()
          .describe('Of a pair: one server after the other, or both at once.'),
        stopMode: z.enum(['graceful', 'forced', 'graceful-then-forced']).optional(),
        startAfter: z
          .enum(['as-found', 'running', 'stopped'])
          .optional()
          .describe(
            'Which servers of the solution run afterwards: `as-found` (default), those that ran before, so that servers that stand still go on standing still; `running`, all; `stopped`, none.',
          ),
      })
      .optional(),
    notBefore: dateTime.optional().describe('The operation does not begin before.'),
    window: windowRequest.optional(),
    requireApproval: z
      .boolean()
      .optional()
      .describe(
        '`true`: after the inspection it waits until somebody else has approved its plan (`approve` with its digest).',
      ),
    planId: uuid
      .nullable()
      .optional()
      .describe('A plan from `validate_only=true`: carried out only if the target has not moved since.'),
    externalReference: externalReferences.optional(),
    callback: z
      .strictObject({ url: z.url(), secretRef: text(255).optional() })
      .optional()
      .describe('Not supported yet.'),
  })
  .meta({ id: 'OnboardRequest', description: 'What a solution needs to get its own Interaction Server.' });

export type OnboardRequest = z.infer<typeof onboardRequest>;

type Times = Partial<Pick<OnboardRequest, 'notBefore' | 'window'>>;

export const windowOf = ({ notBefore, notAfter }: NonNullable<Times['window']>): Window => ({
  notBeforeMs: Date.parse(notBefore),
  notAfterMs: Date.parse(notAfter),
});

/** When it may begin and when it may stop a server; null: whenever it likes. */
export function scheduleOf({ notBefore, window }: Times): Schedule | null {
  if (notBefore === undefined && window === undefined) return null;
  return {
    notBeforeMs: notBefore === undefined ? null : Date.parse(notBefore),
    window: window === undefined ? null : windowOf(window),
  };
}

/** Members that are part of the interface but have no behaviour yet: refused by pointer, never ignored. */
export function unsupportedMembers(request: OnboardRequest): Fault[] {
  const asked: readonly (readonly [keyof OnboardRequest, boolean])[] = [
    ['callback', request.callback !== undefined],
  ];
  return asked
    .filter(([, isAsked]) => isAsked)
    .map(([member]) => ({ pointer: pointerOf([member]), detail: 'is not supported yet' }));
}

/** What the solution shall look like: the request with every default filled in. Pure. */
export function desiredOf(
  request: OnboardRequest,
  target: Pick<TargetConfig, 'name' | 'pairRebind'>,
): Desired {
  return withDefaults(request, target);
}
