import * as z from 'zod';
import { solutionState } from './queries/list-solutions.query.js';
import { operationState } from './verb-request.js';

// What the interface answers, for the OpenAPI document; test/api holds the real answers against it.
// Objects are open: members may be added to an answer at any time.

const at = z.iso.datetime();
const atOrNull = at.nullable();
const id = z.uuid();

export const objectSchema = z
  .looseObject({
    type: z.int().describe('CfgObjectType number.'),
    name: z.string(),
    dbid: z
      .union([z.int(), z.looseObject({ knownAfter: z.string() }), z.null()])
      .describe('null, or a reference to the action that creates it, while it does not exist.'),
  })
  .meta({ id: 'TargetObject', description: 'An object of the target.' });

export const findingSchema = z
  .looseObject({
    severity: z.enum(['error', 'warning']),
    code: z.string().describe('Has a page under /problems.'),
    detail: z.string(),
    object: z.unknown(),
    predicted: z.boolean().optional().describe('Concluded from what is planned, not yet seen.'),
  })
  .meta({ id: 'Finding' });

export const namedObject = z
  .looseObject({
    type: z.int().describe('CfgObjectType number.'),
    name: z.string(),
    dbid: z.int().nullable(),
  })
  .meta({ id: 'NamedObject' });

export const explainedFindingSchema = findingSchema
  .extend({
    title: z.string(),
    why: z.string().describe('Why it matters.'),
    remedy: z.string().describe('What to do about it.'),
    objects: z.array(namedObject).optional().describe('All that it concerns.'),
  })
  .meta({ id: 'ExplainedFinding' });

/** With the reason that the rule of the targets file gives. */
const because = { ignoredBecause: z.string() };

const failure = z
  .looseObject({ class: z.string(), code: z.string().nullable(), detail: z.string() })
  .nullable();

const actionKind = z.enum([
  'create',
  'update',
  'delete',
  'grant',
  'revoke',
  'add-member',
  'remove-member',
  'set-account',
  'stop',
  'start',
  'switch-over',
]);
const actionState = z.enum([
  'planned',
  'started',
  'underway',
  'unknown',
  'done',
  'failed',
  'reverting',
  'reverted',
  'parked',
]);

export const actionSchema = z
  .looseObject({
    kind: actionKind,
    object: objectSchema,
    state: actionState,
    attempts: z.int(),
    firstError: failure,
    lastError: failure,
    marked: z
      .looseObject({
        by: z.string(),
        at,
        reason: z.string(),
        evidence: z.string(),
        found: z.unknown().describe('What it was found to hold; from then on what the action has left.'),
        direction: z.enum(['forward', 'undo']),
      })
      .nullable()
      .optional()
      .describe('A person has shown that it is done, or undone (`mark-done`).'),
    reported: z
      .literal(true)
      .optional()
      .describe('A person has reported it; the target does not show it, or not what was there before.'),
    before: z
      .unknown()
      .optional()
      .describe('What the object held before, where it was not known when the action was planned.'),
  })
  .meta({ id: 'Action', description: 'One effect on one object of the target.' });

export const stepSchema = z
  .looseObject({
    name: z.string(),
    state: z.enum(['pending', 'running', 'done', 'failed', 'undoing', 'undone', 'skipped']),
    startedAt: atOrNull,
    endedAt: atOrNull,
    findings: z.array(findingSchema),
    actions: z.array(actionSchema).optional().describe('Left out in lists and events.'),
  })
  .meta({ id: 'Step' });

const verb = z.string();

const solutionOfOperation = z.looseObject({
  id,
  href: z.string(),
  target: z.string(),
  tenant: z.string(),
  key: z.string(),
});

export const operationSchema = z
  .looseObject({
    id,
    href: z.string(),
    kind: z.string(),
    state: operationState,
    done: z.boolean(),
    solution: solutionOfOperation,
    summary: z.string(),
    steps: z.array(stepSchema),
    waitingFor: z
      .looseObject({
        reason: z.enum(['lock', 'schedule', 'window', 'approval', 'task', 'retry', 'target', 'person']),
        detail: z.string(),
        until: atOrNull,
        task: id.optional().describe('The open task, under /v1/tasks.'),
      })
      .nullable(),
    possibleVerbs: z
      .array(verb)
      .describe('What would be accepted now: while a request waits, nothing that it does not give way to.'),
    requestedVerb: z
      .looseObject({
        verb,
        by: z.string(),
        at,
        reason: z.string().optional().describe('Absent in events of before it was there.'),
      })
      .nullable()
      .describe('What somebody has asked for, until its safe point.'),
    serviceDown: z
      .boolean()
      .describe('No server of the solution runs as primary at this moment, because of us.'),
    interruptions: z
      .array(
        z.looseObject({
          from: at.describe('When the stop was sent that left no server running as primary.'),
          until: atOrNull.describe('When one was seen to run again; null: it goes on, or was wanted.'),
          seconds: z.number().nullable(),
        }),
      )
      .optional()
      .describe(
        'When no server of the solution ran as primary, because of us; none for a rolling restart. Absent in events of before it was there.',
      ),
    planId: id.nullable(),
    approval: z
      .looseObject({
        planId: id.nullable().describe('The plan to look at, under `/v1/plans/{id}`; null until it is made.'),
        digest: z.string().nullable(),
        by: z.string().nullable().describe('Who has approved it.'),
        at: atOrNull,
      })
      .nullish()
      .describe('null where nobody has to approve it; absent in events of before it was there.'),
    error: z
      .looseObject({ code: z.string(), title: z.string(), detail: z.string(), step: z.string().nullable() })
      .nullable(),
    leftBehind: z.array(
      z.looseObject({ object: objectSchema, kind: z.string(), state: z.string(), detail: z.string() }),
    ),
    requestedBy: z.string(),
    externalReference: z.array(z.looseObject({ name: z.string(), externalReferenceType: z.string() })),
    createdAt: at,
    updatedAt: at,
    startedAt: atOrNull,
    endedAt: atOrNull,
    shortened: z
      .literal(true)
      .optional()
      .describe(
        'In lists and events: there are more findings or things left behind, or longer texts, than are here.',
      ),
  })
  .meta({ id: 'Operation', description: 'One run of a saga on a solution.' });

const next = z.string().nullable().describe('`cursor` of the next page; null on the last one.');
export const operationPageSchema = z
  .looseObject({ items: z.array(operationSchema), next })
  .meta({ id: 'OperationPage' });

const isolation = z.looseObject({ state: z.enum(['verified', 'unverified', 'violated']), at: atOrNull });

const plannedAction = z
  .looseObject({
    step: z.string(),
    kind: actionKind,
    object: objectSchema,
    before: z.unknown().describe('What our part of the object holds now.'),
    after: z.unknown().describe('What it will hold.'),
    byHand: z.literal(true).optional().describe('A person does it: the operation waits with a task.'),
    irreversible: z.literal(true).optional().describe('Once it has been started there is no way back.'),
  })
  .meta({ id: 'PlannedAction' });

export const solutionSchema = z
  .looseObject({
    id,
    href: z.string(),
    target: z.string(),
    tenant: z.string(),
    key: z.string(),
    displayName: z.string(),
    state: solutionState,
    summary: z
      .string()
      .optional()
      .describe('Why it is in this state; absent in events of before it was there.'),
    desired: z.looseObject({}).describe('The request with every default filled in.'),
    observed: z
      .looseObject({
        at,
        accessGroup: z.looseObject({ name: z.string(), dbid: z.int() }).nullable(),
        person: z.looseObject({ userName: z.string(), dbid: z.int() }).nullable(),
        adopted: z
          .looseObject({
            accessGroup: z.boolean(),
            person: z.boolean(),
            entries: z.array(z.looseObject({ type: z.int(), dbid: z.int(), accessMask: z.int() })),
            memberOf: z.array(z.int()),
            groupUnseen: z
              .literal(true)
              .optional()
              .describe('Given up before its entries were looked at: all of them stay.'),
          })
          .optional()
          .describe(
            'With `onExisting: "adopt"`: what was there before and stays when the solution is offboarded: the group or the Person itself, entries with the mask of then, DBIDs of groups the Person was in.',
          ),
        businessProcesses: z.array(z.looseObject({ name: z.string(), dbid: z.int() })),
        servers: z.array(
          z.looseObject({ name: z.string(), dbid: z.int(), role: z.enum(['primary', 'backup']) }),
        ),
        drifted: z
          .boolean()
          .describe('The last look found a difference, an error, or an isolation that is violated.'),
        drift: z
          .array(plannedAction)
          .optional()
          .describe('What would take the differences of the last look away; the first 20.'),
        findings: z.array(findingSchema).optional().describe('Errors of the last look; the first 20.'),
      })
      .nullable(),
    isolation,
    lastOperation: z.looseObject({
      id,
      href: z.string(),
      kind: z.string(),
      state: operationState,
      done: z.boolean(),
    }),
    version: z.int().describe('Also the ETag.'),
    createdAt: at,
    updatedAt: at,
  })
  .meta({ id: 'Solution', description: 'What gets its own Interaction Server.' });
export const solutionPageSchema = z
  .looseObject({ items: z.array(solutionSchema), next })
  .meta({ id: 'SolutionPage' });

export const planSchema = z
  .looseObject({
    planId: id,
    href: z.string(),
    kind: z.string().describe('Of the operation: `onboarding`, `change` or `offboarding`.'),
    solution: z.looseObject({ id, href: z.string() }).nullable().describe('null: it is not there yet.'),
    digest: z.string(),
    expiresAt: at,
    actions: z.array(plannedAction),
    findings: z.array(findingSchema),
    interruption: z
      .looseObject({
        expected: z
          .enum(['none', 'temporary', 'lasting'])
          .describe('`lasting`: the servers stay stopped, as was asked for.'),
        atMostSeconds: z
          .number()
          .nullable()
          .describe(
            'By the start-up and shutdown time-outs of the servers, where nothing has to be undone; null where it lasts, or a person does a part of it.',
          ),
      })
      .nullable()
      .describe(
        'While no server of the solution runs as primary; null where a finding is an error, so that nothing is carried out, and in plans of before it was said.',
      ),
  })
  .meta({ id: 'Plan', description: 'What an operation would do. Nothing has been changed.' });

export const verificationSchema = z
  .looseObject({
    solution: z.looseObject({ id, href: z.string() }),
    isolation,
    drift: z
      .array(plannedAction)
      .describe('What would have to be done so that it is again as it was onboarded.'),
    findings: z.array(explainedFindingSchema),
    ignored: z
      .looseObject({
        drift: z.array(plannedAction.extend(because)),
        findings: z.array(explainedFindingSchema.extend(because)),
      })
      .describe('What `ignore` of the targets file says nobody needs to be told of.'),
  })
  .meta({ id: 'Verification' });

export const pauseSchema = z
  .looseObject({ by: z.string(), reason: z.string(), at })
  .nullable()
  .describe('Nothing new is begun; null: not paused.');
const instruction = z.looseObject({
  kind: actionKind,
  object: objectSchema,
  summary: z.string().describe('What to do, in one sentence.'),
  configurationManager: z.array(z.string()).describe('The same click by click.'),
  genesysAdministrator: z.array(z.string()).describe('The same click by click.'),
});

export const taskSchema = z
  .looseObject({
    id,
    href: z.string(),
    state: z.enum(['open', 'closed']),
    operation: id,
    operationHref: z.string(),
    solution: solutionOfOperation,
    step: z.string(),
    direction: z.enum(['forward', 'undo']),
    assignee: z.string().nullable().describe('As the targets file says.'),
    openedAt: at,
    dueAt: at,
    overdue: z.boolean(),
    notes: z.array(z.string()).describe('What to know before beginning; a cancel that waits is said here.'),
    instructions: z.array(instruction).describe('In the order in which they are done.'),
    recordBefore: z
      .array(
        z.looseObject({
          object: objectSchema,
          question: z.string(),
          form: z.string().describe('How to write it in `results`.'),
          expected: z.unknown().optional().describe('Left out where nobody knows.'),
          required: z.boolean().describe('Only a person has seen it: a result without it is refused.'),
        }),
      )
      .describe('What to write down before anything is changed.'),
    lastCheck: z
      .looseObject({
        at: atOrNull,
        objects: z.array(
          z.looseObject({
            object: objectSchema,
            found: z.enum(['before', 'after', 'other', 'cannot-tell']),
            detail: z.string(),
          }),
        ),
      })
      .nullable()
      .describe(
        'What the service has seen itself: before it handed the work over, and after it was reported.',
      ),
    report: z
      .looseObject({ method: z.string(), href: z.string(), body: z.looseObject({}) })
      .nullable()
      .describe('The request that reports it as done, to be filled in; null once it is closed.'),
    outcome: z.enum(['done', 'not-done', 'partly', 'withdrawn']).nullable(),
    results: z
      .array(z.looseObject({ object: objectSchema, before: z.unknown().optional(), outcome: z.string() }))
      .nullable(),
    evidence: z.string().nullable(),
    reportedBy: z.string().nullable(),
    closedAt: atOrNull,
  })
  .meta({ id: 'Task', description: 'Work that is handed to a person: the actions of one stage of a step.' });
export const taskPageSchema = z.looseObject({ items: z.array(taskSchema), next }).meta({ id: 'TaskPage' });

const channel = z.looseObject({ ok: z.boolean(), detail: z.string().nullable() });

const breakerState = z.enum(['closed', 'open', 'half-open']);
const channelBreaker = z.looseObject({
  state: breakerState,
  since: atOrNull,
  probeAt: atOrNull.describe('When it is asked next whether it is back.'),
  detail: z.string().nullable().describe('What the last call met.'),
});

export const targetSchema = z
  .looseObject({
    name: z.string(),
    href: z.string(),
    health: z.looseObject({ ok: z.boolean(), objects: channel, security: channel, control: channel }),
    breaker: z
      .looseObject({
        state: breakerState,
        objects: channelBreaker,
        security: channelBreaker,
        control: channelBreaker,
      })
      .describe(
        'Of the channels and, the worst of them, of the target: while it is not closed its operations wait.',
      ),
    pause: pauseSchema,
    drivers: z.looseObject({ objects: z.string(), security: z.string(), control: z.string() }),
    limits: z.looseObject({
      timeoutMs: z.int(),
      maxConcurrent: z.int(),
      maxPerSecond: z.number(),
      settleMs: z.int(),
      lateMs: z.int(),
      breaker: z.looseObject({ failures: z.int(), probeAfterMs: z.int(), maxProbeAfterMs: z.int() }),
    }),
    pairRebind: z.enum(['rolling', 'together']),
    baseAccessGroups: z.array(z.string()),
  })
  .meta({ id: 'Target', description: 'A Genesys environment that can be reached.' });
export const serviceSchema = z
  .looseObject({
    pause: pauseSchema,
    rampUntil: atOrNull.describe('Until then less than everything is carried on at once, after a pause.'),
    workers: z
      .array(z.looseObject({ id: z.string(), startedAt: at }))
      .describe('Processes that carry operations on.'),
  })
  .meta({ id: 'Service' });
export const targetPauseSchema = z
  .looseObject({ name: z.string(), href: z.string(), pause: pauseSchema })
  .meta({ id: 'TargetPause' });
export const targetPageSchema = z
  .looseObject({ items: z.array(targetSchema), next })
  .meta({ id: 'TargetPage' });

export const eventSchema = z
  .looseObject({
    specversion: z.literal('1.0'),
    id: z.string(),
    source: z.string(),
    type: z.string(),
    subject: z.string().optional(),
    time: at,
    datacontenttype: z.literal('application/json'),
    sequence: z.string().optional().describe('Up by one per source from 1, 20 digits.'),
    partitionkey: z.string(),
    correlationid: z.string().optional(),
    causationid: z.string().optional(),
    data: z.unknown(),
  })
  .meta({ id: 'CloudEvent', description: 'CloudEvents 1.0.' });
export const eventPageSchema = z
  .looseObject({ events: z.array(eventSchema), next: z.string().describe('`after` of the next page.') })
  .meta({ id: 'EventPage' });

export const problemSchema = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string().optional(),
    code: z.string().describe('Has a page under /problems.'),
    errors: z
      .array(
        z.looseObject({
          pointer: z.string().describe('JSON pointer into the body; empty: the whole of it, or outside.'),
          in: z.enum(['query', 'path', 'header']).optional().describe('Of a fault outside the body.'),
          name: z.string().optional().describe('Of the parameter or header, where `in` is there.'),
          detail: z.string(),
        }),
      )
      .optional(),
    traceId: z.string().optional(),
    retryable: z.boolean(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457.' });
