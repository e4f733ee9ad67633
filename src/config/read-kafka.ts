import { certificatesIn } from './certificates.js';
import type { KafkaConfig } from './config.js';
import { inFile } from './config-error.js';
import type { Environment } from './environment.js';
import { readPrincipals } from './kafka-principals.js';
import { choice, integer } from './scalars.js';

/** Kafka's own limits. */
const MAX_PARTITIONS = 10_000;
const MAX_REPLICAS = 32_767;
/** Commands older than that are refused: kept longer they are of no use. */
const MAX_COMMAND_RETENTION_MS = 30 * 86_400_000;

const mechanisms = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;
const saslNames = ['KAFKA_SASL_MECHANISM', 'KAFKA_SASL_USERNAME', 'KAFKA_SASL_PASSWORD'];

/** Undefined without KAFKA_BROKERS: no Kafka. */
export function readKafka(env: Environment): KafkaConfig | undefined {
  const text = env.get('KAFKA_BROKERS');
  if (text === undefined) {
    if (env.get('KAFKA_PRINCIPALS') !== undefined)
      env.fault('KAFKA_PRINCIPALS', 'is set without KAFKA_BROKERS');
    return undefined;
  }
  const brokers = text.split(',').map((broker) => broker.trim());
  if (!brokers.every(isBroker)) env.fault('KAFKA_BROKERS', 'expected host:port, several parted by commas');
  const topicPrefix = env.get('KAFKA_TOPIC_PREFIX') ?? 'solution-onboarding';
  // 249 is Kafka's limit; the longest name we add is `.commands.v1.dlq`.
  if (!/^[A-Za-z0-9._-]{1,233}$/.test(topicPrefix)) {
    env.fault('KAFKA_TOPIC_PREFIX', 'expected up to 233 letters, digits, dots, hyphens or underscores');
  }
  return {
    brokers,
    ssl: readSsl(env),
    sasl: readSasl(env),
    groupId: env.get('KAFKA_GROUP_ID') ?? 'solution-onboarding',
    topicPrefix,
    topics: choice(env, 'KAFKA_TOPICS', ['create', 'check'], 'create'),
    partitions: optionalInteger(env, 'KAFKA_TOPIC_PARTITIONS', 1, MAX_PARTITIONS),
    replication: optionalInteger(env, 'KAFKA_TOPIC_REPLICATION', 1, MAX_REPLICAS),
    retentionMs: {
      commands: optionalInteger(env, 'KAFKA_COMMANDS_RETENTION_MS', 1, MAX_COMMAND_RETENTION_MS),
      events: retention(env, 'KAFKA_EVENTS_RETENTION_MS'),
      deadLetters: retention(env, 'KAFKA_DLQ_RETENTION_MS'),
    },
    commandLagLimit: integer(env, 'KAFKA_COMMANDS_LAG_LIMIT', 10_000, 1, Number.MAX_SAFE_INTEGER),
    principals: readPrincipalsFile(env),
  };
}

function isBroker(text: string): boolean {
  const port = Number(/^(?:[^\s:/]+|\[[0-9a-f:]+\]):(\d{1,5})$/i.exec(text)?.[1]);
  return port >= 1 && port <= 65_535;
}

function optionalInteger(env: Environment, name: string, least: number, most: number): number | undefined {
  return env.get(name) === undefined ? undefined : integer(env, name, least, least, most);
}

/** −1 is for ever. */
const retention = (env: Environment, name: string): number | undefined =>
  env.get(name) === '-1' ? -1 : optionalInteger(env, name, 1, Number.MAX_SAFE_INTEGER);

/** Where callers of REST sign in, those of Kafka must not be able to do without. */
function readPrincipalsFile(env: Environment): KafkaConfig['principals'] {
  const file = env.get('KAFKA_PRINCIPALS');
  if (file === undefined) {
    if (env.get('AUTH_API_KEYS') !== undefined)
      env.fault('KAFKA_PRINCIPALS', 'is required with KAFKA_BROKERS where callers of REST sign in');
    return undefined;
  }
  const json = env.json('KAFKA_PRINCIPALS', file);
  if (json === undefined) return [];
  const { principals, faults } = readPrincipals(json);
  env.faults.push(...inFile('KAFKA_PRINCIPALS', faults));
  return principals;
}

function readSsl(env: Environment): KafkaConfig['ssl'] {
  const ca = env.secret('KAFKA_SSL_CA');
  const on = choice(env, 'KAFKA_SSL', ['true', 'false'], ca === undefined ? 'false' : 'true') === 'true';
  if (ca !== undefined && !on) env.fault('KAFKA_SSL_CA', 'is set although KAFKA_SSL is false');
  const fault = ca === undefined ? undefined : certificatesIn(ca).fault;
  if (fault !== undefined)
    env.fault('KAFKA_SSL_CA', `${fault}; the path of a file goes into KAFKA_SSL_CA_FILE`);
  return on && ca !== undefined ? { ca } : on;
}

function readSasl(env: Environment): KafkaConfig['sasl'] {
  const [, username, password] = saslNames.map((name) => env.secret(name));
  const mechanism = choice(env, 'KAFKA_SASL_MECHANISM', mechanisms, 'plain');
  if (saslNames.every((name) => env.get(name) === undefined && env.get(`${name}_FILE`) === undefined))
    return null;
  for (const [name, value] of [
    ['KAFKA_SASL_MECHANISM', env.get('KAFKA_SASL_MECHANISM')],
    ['KAFKA_SASL_USERNAME', username],
    ['KAFKA_SASL_PASSWORD', password],
  ] as const) {
    if (value === undefined) env.fault(name, 'is required when one of KAFKA_SASL_* is set');
  }
  return { mechanism, username: username ?? '', password: password ?? '' };
}
