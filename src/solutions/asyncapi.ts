import { topicNames } from '../messaging/kafka/settings.js';
import { commandMessages, dataSchemas, eventMessages, type Message } from './messages.js';

type Json = Record<string, unknown>;

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

const key = text('`<target>/<tenant>/<key>` of the solution');

function described({ type, summary, data }: Message, headers: string): Json {
  return {
    name: type,
    summary,
    contentType: 'application/json',
    headers: {
      allOf: [
        { $ref: `#/components/schemas/${headers}` },
        { type: 'object', properties: { ce_type: { type: 'string', const: type } } },
      ],
    },
    payload: { $ref: `#/components/schemas/${data}` },
    bindings: { kafka: { key, bindingVersion: '0.5.0' } },
  };
}

const byType = (messages: readonly Message[], headers: string): Record<string, Json> =>
  Object.fromEntries(messages.map((message) => [message.type, described(message, headers)]));

const deadLetter: Json = {
  name: 'dead-letter',
  summary:
    'A record that could not be understood: key, value and headers byte for byte, the reason beside them.',
  headers: {
    type: 'object',
    required: ['reason-code', 'reason', 'topic', 'partition', 'offset', 'timestamp', 'attempts'].map(
      (name) => `x-dlq-${name}`,
    ),
    properties: {
      'x-dlq-reason-code': text('For programs.'),
      'x-dlq-reason': text('For people.'),
      'x-dlq-topic': text('Where it was read, with the next two.'),
      'x-dlq-partition': text('A number.'),
      'x-dlq-offset': text('A number.'),
      'x-dlq-timestamp': text('When it was written there, ms since 1970.'),
      'x-dlq-attempts': text('How often it was tried.'),
    },
  },
  payload: { description: 'Anything.' },
};

const references = (messages: Record<string, Json>): Json =>
  Object.fromEntries(Object.keys(messages).map((id) => [id, { $ref: `#/components/messages/${id}` }]));

/** The AsyncAPI 3 document: what can be sent and what is to be heard, by the default names of the topics. */
export function asyncApiDocument(): Json {
  const topics = topicNames({ topicPrefix: 'solution-onboarding' });
  const commands = byType(commandMessages, 'commandHeaders');
  const heard = byType(eventMessages, 'eventHeaders');
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
      deadLetters: { address: topics.deadLetters, messages: references({ 'dead-letter': deadLetter }) },
    },
    operations: {
      receiveCommands: { action: 'receive', channel: { $ref: '#/channels/commands' } },
      sendEvents: { action: 'send', channel: { $ref: '#/channels/events' } },
      setAside: { action: 'send', channel: { $ref: '#/channels/deadLetters' } },
    },
    components: {
      messages: { ...commands, ...heard, 'dead-letter': deadLetter },
      schemas: { ...hoisted(dataSchemas), commandHeaders, eventHeaders },
    },
  };
}

/** What the schemas define for themselves stands once in the document. */
function hoisted(schemas: Readonly<Record<string, Json>>): Json {
  const all: Json = {};
  for (const [name, { $schema: _dialect, definitions = {}, ...schema }] of Object.entries(schemas))
    Object.assign(all, definitions, { [name]: schema });
  const moved = JSON.stringify(all).replaceAll('"#/definitions/', '"#/components/schemas/');
  return JSON.parse(moved) as Json;
}
