import * as z from 'zod';
import { eventType, type EventName } from '../messaging/event.js';
import { topicNames } from '../messaging/kafka/settings.js';
import { supportedVerbs } from '../saga/verbs.js';
import { operationSchema, problemSchema } from './api-schemas.js';
import { onboardCommand, verbCommand } from './commands/command-data.js';

type Json = Record<string, unknown>;

/** The data of messages, one JSON Schema each: draft 7, which AsyncAPI 3 is written in. */
const dataSchemas = {
  'onboard.command': z.toJSONSchema(onboardCommand, {
    target: 'draft-7',
    io: 'input',
    unrepresentable: 'any',
  }),
  'verb.command': z.toJSONSchema(verbCommand, { target: 'draft-7', io: 'input', unrepresentable: 'any' }),
  'operation.event': z.toJSONSchema(operationSchema, { target: 'draft-7', unrepresentable: 'any' }),
  'problem.event': z.toJSONSchema(problemSchema, { target: 'draft-7', unrepresentable: 'any' }),
} as const;
type DataSchema = keyof typeof dataSchemas;

/** Events that are sent, with what has happened when they are. All but the last carry the operation as it was then. */
const events: Partial<Record<EventName, string>> = {
  'operation.accepted': 'The command is durable and will be carried out.',
  'operation.started': 'A worker has begun.',
  'operation.completed': 'Done, and verified.',
  'operation.compensating': 'It turned round and is being undone; `error` says why.',
  'operation.failed': 'Refused or given up, and undone completely.',
  'operation.cancelled': 'Cancelled on request, and undone completely.',
  'operation.abandoned': 'Given up by a person; `leftBehind` lists what remains.',
  'operation.paused': 'Stands still on request.',
  'operation.resumed': 'Goes on after a pause.',
  'operation.needs-attention': 'Stands still until a person decides; `waitingFor` says why.',
  'operation.verb-applied': 'What a person asked for has taken effect.',
  'operation.service-down': 'No server of the solution runs as primary, because of us.',
  'operation.service-restored': 'A server of the solution runs as primary again.',
  'step.completed': 'A step is done.',
  'step.failed': 'A step failed.',
  'step.undone': 'A step is undone.',
  'step.skipped': 'A step was left out by a person.',
  'command.refused': 'A command was not accepted; the problem says why. `causationid` is its id.',
};

const text = (description: string, more: Json = {}): Json => ({ type: 'string', description, ...more });

const common = {
  'content-type': text('`application/json`; structured mode: `application/cloudevents+json`'),
  ce_specversion: { type: 'string', const: '1.0' },
  ce_id: text('With `ce_source` the idempotency key of a command; unique for each event.'),
  ce_time: text('RFC 3339.', { format: 'date-time' }),
  ce_correlationid: text("The sender's own; comes back on every event that a command causes."),
};
const commandHeaders = {
  type: 'object',
  required: ['ce_specversion', 'ce_id', 'ce_source', 'ce_type'],
  properties: {
    ...common,
    ce_source: text('Who sends; roles and places hang on it.'),
    ce_type: text('The name of the message.'),
  },
};
const eventHeaders = {
  type: 'object',
  required: ['content-type', 'ce_specversion', 'ce_id', 'ce_source', 'ce_type', 'ce_time', 'ce_partitionkey'],
  properties: {
    ...common,
    ce_source: text('`/solutions/{id}`; `/commands` for a refused command.'),
    ce_type: text('The name of the message.'),
    ce_subject: text('`operations/{id}` or `operations/{id}/steps/{step}`; the type of a refused command.'),
    ce_sequence: text('Up by one per source from 1. Absent on a refused command.', { pattern: '^\\d{20}$' }),
    ce_partitionkey: text('The key of the record.'),
    ce_causationid: text('`ce_id` of the command that caused it.'),
  },
};

function message(name: string, summary: string, data: DataSchema, headers: string): Json {
  return {
    name,
    summary,
    contentType: 'application/json',
    headers: { $ref: `#/components/schemas/${headers}` },
    payload: { $ref: `#/components/schemas/${data}` },
    bindings: {
      kafka: { key: text('`<target>/<tenant>/<key>` of the solution'), bindingVersion: '0.5.0' },
    },
  };
}

function commandMessages(): Record<string, Json> {
  const onboard = 'solution-onboarding.command.onboard.v1';
  const told = [...supportedVerbs].map((verb) => `solution-onboarding.command.operation.${verb}.v1`);
  return {
    [onboard]: message(
      onboard,
      'Give a solution its own Interaction Server.',
      'onboard.command',
      'commandHeaders',
    ),
    ...Object.fromEntries(
      told.map((type) => [
        type,
        message(type, 'Tell an operation something.', 'verb.command', 'commandHeaders'),
      ]),
    ),
  };
}

function eventMessages(): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(events).map(([name, summary]) => {
      const type = eventType(name as EventName);
      const data = name === 'command.refused' ? 'problem.event' : 'operation.event';
      return [type, message(type, summary, data, 'eventHeaders')];
    }),
  );
}

const references = (messages: Record<string, Json>): Json =>
  Object.fromEntries(Object.keys(messages).map((id) => [id, { $ref: `#/components/messages/${id}` }]));

/** Files under docs/schemas: name without ending → schema that needs no other file. */
export function messageSchemas(): Record<string, Json> {
  return Object.fromEntries(Object.entries(dataSchemas).map(([name, schema]) => [name, { ...schema }]));
}

/** The AsyncAPI 3 document: what can be sent and what is to be heard, by the default names of the topics. */
export function asyncApiDocument(): Json {
  const topics = topicNames({ topicPrefix: 'solution-onboarding' });
  const [commands, heard] = [commandMessages(), eventMessages()];
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Solution onboarding',
      version: '1',
      description:
        'CloudEvents 1.0 on Kafka. Commands in binary or structured mode, events in binary mode. Members may be added to events at any time.',
    },
    defaultContentType: 'application/json',
    channels: {
      commands: { address: topics.commands, messages: references(commands) },
      events: { address: topics.events, messages: references(heard) },
    },
    operations: {
      receiveCommands: { action: 'receive', channel: { $ref: '#/channels/commands' } },
      sendEvents: { action: 'send', channel: { $ref: '#/channels/events' } },
    },
    components: {
      messages: { ...commands, ...heard },
      schemas: { ...hoisted(messageSchemas()), commandHeaders, eventHeaders },
    },
  };
}

/** What the schemas define for themselves stands once in the document. */
function hoisted(schemas: Record<string, Json>): Json {
  const all: Json = {};
  for (const [name, { $schema: _dialect, definitions = {}, ...schema }] of Object.entries(schemas))
    Object.assign(all, definitions, { [name]: schema });
  const moved = JSON.stringify(all).replaceAll('"#/definitions/', '"#/components/schemas/');
  return JSON.parse(moved) as Json;
}
