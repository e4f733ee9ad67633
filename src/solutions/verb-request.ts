import * as z from 'zod';
import { windowRequest } from './onboard-request.js';
import { text, uuid } from './request-text.js';

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

const resultObject = z.strictObject({
  type: z.int(),
  name: text(255).optional(),
  dbid: z.int().nullable().optional(),
  for: z.looseObject({}).optional().describe('Whom it concerns; as in the task, where it is given.'),
});

/** What became of one object of a task. */
const taskResult = z
  .strictObject({
    object: resultObject.describe('As in the task; type and DBID, or type and name, are enough.'),
    before: z
      .unknown()
      .optional()
      .describe('What the object held before, as the task asks for it under `recordBefore`.'),
    outcome: z.enum(['done', 'not-done']),
  })
  .meta({ id: 'TaskResult' });
export type TaskResultBody = z.infer<typeof taskResult>;

/** Body of `POST /v1/operations/{id}/{verb}`. */
export const verbRequest = z
  .strictObject({
    reason: text(2_000)
      .optional()
      .describe(
        'Required; `complete-task` may give its evidence instead. Kept with the operation and on its events.',
      ),
    expectedState: operationState
      .optional()
      .describe('The request is refused when the operation is in another state by now.'),
    window: windowRequest.optional().describe('Of `reschedule`, and of no other verb.'),
    digest: planDigest.optional().describe('Of `approve`: the digest of the plan you looked at.'),
    evidence: text(4_000)
      .optional()
      .describe(
        'Of `mark-done` and `complete-task`: what shows how it is. Kept on the action or the task, and on the event.',
      ),
    task: uuid.optional().describe('Of `complete-task`: the task that is reported.'),
    outcome: z
      .enum(['done', 'not-done', 'partly'])
      .optional()
      .describe('Of `complete-task`: how the whole of it ended.'),
    results: z
      .array(taskResult)
      .min(1, 'must have an entry for each object of the task')
      .max(1_000)
      .optional()
      .describe(
        'Of `complete-task`: for each object what it held before and how it went. May be left out where all is done, or nothing, and every before-image is known.',
      ),
  })
  .meta({ id: 'VerbRequest' });

export type VerbRequestBody = z.infer<typeof verbRequest>;
