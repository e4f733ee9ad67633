import kafkajs from 'kafkajs';
import type { Kafka, logCreator, RetryOptions, SASLOptions } from 'kafkajs';
import type { Logger } from 'pino';
import { mendBusyTimer } from './busy-timer.js';
import { leanProduce } from './lean-produce.js';
import { mendFetch } from './records/mend-fetch.js';
import type { KafkaSettings } from './settings.js';

const { logLevel } = kafkajs;

/** Gives up after some 2 s: connecting is tried again by ourselves, and a stop need not wait. */
const CONNECT_RETRY: RetryOptions = {
  retries: 4,
  initialRetryTime: 100,
  maxRetryTime: 1000,
  factor: 0.2,
  multiplier: 2,
};

/**
 * Some 10 s: a broker that restarts (3 to 5 s) is outlived inside one send, and what the idempotent producer sends
 * again there is not doubled.
 */
export const SEND_RETRY: RetryOptions = { ...CONNECT_RETRY, retries: 12 };

/** Retries are always set by name: kafkajs has other defaults under NODE_ENV=test. */
export function makeKafka(settings: KafkaSettings, log: Logger): Kafka {
  mendBusyTimer();
  leanProduce();
  mendFetch();
  return new kafkajs.Kafka({
    clientId: 'solution-onboarding',
    brokers: [...settings.brokers],
    ssl: typeof settings.ssl === 'boolean' ? settings.ssl : { ca: settings.ssl.ca },
    ...(settings.sasl === null ? {} : { sasl: settings.sasl as SASLOptions }),
    connectionTimeout: 3000,
    requestTimeout: 10_000,
    retry: CONNECT_RETRY,
    logLevel: logLevel.INFO,
    logCreator: toPino(log),
  });
}

/** kafkajs calls an error what it then retries; our own lines say what came of it, so its lines are a level lower. */
function toPino(log: Logger): logCreator {
  return () =>
    ({ namespace, level, log: { message, timestamp: _timestamp, logger: _logger, ...fields } }) => {
      const line = { kafkajs: namespace, ...fields };
      if (level === logLevel.ERROR) log.warn(line, message);
      else if (level === logLevel.WARN) log.info(line, message);
      else log.debug(line, message);
    };
}
