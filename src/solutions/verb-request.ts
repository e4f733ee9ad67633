import * as z from 'zod';
import { windowRequest } from './onboard-request.js';
import { text } from './request-text.js';

export const operationState = z.enum([
  'queued',
  'running',
  'awaiting-approval',
  'waiting-for-task',
  'paused',
  'compensating',
  'needs-attention',
  'completed',
  'failed',
  'cancelled',
  'abandoned',
]);

const planDigest = z.string().regex(/^sha256:[0-9a-f]{64}$/, 'must be "sha256:" and 64 hexadecimal digits');

/** Body of `POST /v1/operations/{id}/{verb}`. */
export const verbRequest = z
  .strictObject({
    reason: text(2_000).describe('Kept with the operation and on its events.'),
    expectedState: operationState
      .optional()
      .describe('The request is refused when the operation is in another state by now.'),
    window: windowRequest.optional().describe('Of `reschedule`, and of no other verb.'),
    digest: planDigest.optional().describe('Of `approve`: the digest of the plan you looked at.'),
    evidence: text(4_000)
      .optional()
      .describe('Of `mark-done`: what shows that it is done. Kept on the action and on the event.'),
  })
  .meta({ id: 'VerbRequest' });

export type VerbRequestBody = z.infer<typeof verbRequest>;
