import { readFileSync } from 'node:fs';
import { ConfigError } from './config-error.js';
import type { KafkaConfig } from './config.js';
import { Environment, type ReadFile, type Variables } from './environment.js';
import { readKafka } from './read-kafka.js';

/**
 * Kafka's settings alone, for tools that need nothing else of the service.
 * @throws ConfigError also where there is no KAFKA_BROKERS
 */
export function loadKafka(
  variables: Variables = process.env,
  readFile: ReadFile = (file) => readFileSync(file, 'utf8'),
): KafkaConfig {
  const env = new Environment(variables, readFile);
  const kafka = readKafka(env);
  if (kafka === undefined) env.fault('KAFKA_BROKERS', 'is required');
  if (kafka === undefined || env.faults.length > 0) throw new ConfigError(env.faults);
  return kafka;
}
