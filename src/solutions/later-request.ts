import * as z from 'zod';
import { pointerOf } from '../config/faults.js';
import { AppError } from '../errors.js';
import { externalReferences, onboardRequest, windowRequest } from './onboard-request.js';
import { objectName, solutionKey, text } from './request-text.js';

const { displayName, businessProcesses, interactionServer, callback, planId } = onboardRequest.shape;

const common = {
  window: windowRequest.optional().describe('When servers may be stopped; it gates only the first stop.'),
  planId,
  callback,
  externalReference: externalReferences.optional(),
  expectedVersion: z.int().min(1).optional().describe('Refused when the solution has another one by now.'),
};

/** Body of `PATCH /v1/solutions/{id}`: what is left out stays as it is. */
export const changeRequest = z
  .strictObject({
    displayName,
    businessProcesses: businessProcesses.optional().describe('All of them from now on, not only new ones.'),
    interactionServer: interactionServer.optional(),
    ...common,
  })
  .meta({ id: 'ChangeRequest', description: 'What a solution shall look like from now on.' });
export type ChangeRequest = z.infer<typeof changeRequest>;

/** Body of `DELETE /v1/solutions/{id}`. */
export const offboardRequest = z
  .strictObject({
    serverAfter: z
      .enum(['stopped', 'former'])
      .optional()
      .describe(
        '`stopped`, the default: stays stopped with its former account. `former`: runs as it did before.',
      ),
    ...common,
  })
  .meta({ id: 'OffboardRequest', description: 'How a solution shall be taken away.' });
export type OffboardRequest = z.infer<typeof offboardRequest>;

const identity = { target: text(255), tenant: objectName, key: solutionKey };

/** Data of the commands over Kafka, which name the solution. */
export const changeCommand = changeRequest.extend(identity);
export const offboardCommand = offboardRequest.extend(identity);

/** Members whose behaviour is not there yet are refused by pointer, never ignored. @throws AppError `not-yet-supported` */
export function requireSupported(request: ChangeRequest | OffboardRequest): void {
  const errors = (['callback'] as const)
    .filter((member) => request[member] !== undefined)
    .map((member) => ({ pointer: pointerOf([member]), detail: 'is not supported yet' }));
  if (errors.length === 0) return;
  throw new AppError('not-yet-supported', 'The request uses what is not supported yet.', { errors });
}
