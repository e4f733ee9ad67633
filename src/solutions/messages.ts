import * as z from 'zod';
import { eventType, type EventName } from '../messaging/event.js';
import { supportedVerbs, verbTable } from '../saga/verbs.js';
import { operationSchema, problemSchema, solutionSchema } from './api-schemas.js';
import { onboardCommand, verbCommand } from './commands/command-data.js';
import { changeCommand, offboardCommand } from './later-request.js';

type Schema = Record<string, unknown>;

const jsonSchema = (schema: z.ZodType, io: 'input' | 'output'): Schema => ({
  // Draft 7, which AsyncAPI 3 is written in. What zod checks beyond a schema's words is left out.
  ...z.toJSONSchema(schema, { target: 'draft-7', io, unrepresentable: 'any' }),
});

/** The data of messages, made from what the messages are checked with. */
export const dataSchemas = {
  'onboard.command': jsonSchema(onboardCommand, 'input'),
  'change.command': jsonSchema(changeCommand, 'input'),
  'offboard.command': jsonSchema(offboardCommand, 'input'),
  'verb.command': jsonSchema(verbCommand, 'input'),
  'operation.event': jsonSchema(operationSchema, 'output'),
  'solution.event': jsonSchema(solutionSchema, 'output'),
  'problem.event': jsonSchema(problemSchema, 'output'),
} satisfies Record<string, Schema>;

/** A message of one of the topics. */
export interface Message {
  /** `ce_type`. */
  readonly type: string;
  readonly summary: string;
  readonly data: keyof typeof dataSchemas;
}

const command = (name: string, summary: string, data: Message['data']): Message => ({
  type: `solution-onboarding.command.${name}.v1`,
  summary,
  data,
});

export const commandMessages: readonly Message[] = [
  command('onboard', 'Give a solution its own Interaction Server.', 'onboard.command'),
  command('change', 'What a solution shall look like from now on.', 'change.command'),
  command('offboard', 'Take a solution away.', 'offboard.command'),
  ...[...supportedVerbs].map((verb) => {
    const does = verbTable.find((rule) => rule.verb === verb)?.does ?? '';
    return command(`operation.${verb}`, does, 'verb.command');
  }),
];

/** What has happened when an event is sent. */
const events: Record<EventName, string> = {
  'operation.accepted': 'The command is durable and will be carried out.',
  'operation.started': 'A worker has begun.',
  'operation.completed': 'Done, and verified.',
  'operation.compensating': 'It turned round and is being undone; `error` says why.',
  'operation.failed': 'Refused or given up, and undone completely.',
  'operation.cancelled': 'Cancelled on request, and undone completely.',
  'operation.abandoned': 'Given up by a person; `leftBehind` lists what remains.',
  'operation.paused': 'Stands still on request.',
  'operation.resumed': 'Goes on after a pause.',
  'operation.awaiting-approval': 'Its plan, under `approval`, waits for somebody who may approve it.',
  'operation.waiting-for-task':
    'A person has work to do: `task` is its id under /v1/tasks. Again with `reminder`: `overdue`, or `cancelled` when its outcome is wanted first.',
  'operation.needs-attention': 'Stands still until a person decides; `waitingFor` says why.',
  'operation.verb-applied': 'What a person asked for has taken effect.',
  'operation.verb-dropped':
    'What a person asked for was taken and came to nothing: `verb`, `by` and `reason` say what, `why` says what came first.',
  'operation.service-down': 'No server of the solution runs as primary, because of us.',
  'operation.service-restored': 'A server of the solution runs as primary again.',
  'step.completed': 'A step is done.',
  'step.failed': 'A step failed.',
  'step.undone': 'A step is undone.',
  'step.skipped': 'A step was left out by a person.',
  'solution.drifted': 'The target is not as it was left; `isolation` and `observed` say what was found.',
  'solution.verified': 'The target is as it was left, again or for the first time.',
  'command.refused': 'A command was not accepted; the problem says why. `causationid` is its id.',
};

export const eventMessages: readonly Message[] = Object.entries(events).map(([name, summary]) => ({
  type: eventType(name as EventName),
  summary,
  data: dataOf(name as EventName),
}));

/** All but the last two kinds carry the operation as it was then. */
function dataOf(name: EventName): Message['data'] {
  if (name === 'command.refused') return 'problem.event';
  return name.startsWith('solution.') ? 'solution.event' : 'operation.event';
}

/**
 * Files under docs/schemas, name without ending → schema. Each kind of data has one that needs no other file, and each
 * message one by its type that refers to it.
 */
export function schemaFiles(): Record<string, Schema> {
  const files: Record<string, Schema> = { ...dataSchemas };
  for (const { type, summary, data } of [...commandMessages, ...eventMessages]) {
    files[type] = {
      $schema: 'http://json-schema.org/draft-07/schema#',
      title: type,
      description: summary,
      allOf: [{ $ref: `${data}.json` }],
    };
  }
  return files;
}
