// Reads the events topic as a member of a consumer group.
import kafkajs from 'kafkajs';

const AT_ONCE = 500;
/** How long the partitions of a reader that was killed have nobody. */
const SESSION_MS = 10_000;

/**
 * Rows first, offset then: a crash between them brings records again, and their sequences are known by then.
 * @param {import('./report.mjs').Report} report
 * @param {{ brokers: string[], topic: string, groupId: string, signal: AbortSignal, told: (fresh: number) => void }} options
 */
export async function readKafka(report, { brokers, topic, groupId, signal, told }) {
  const kafka = new kafkajs.Kafka({ clientId: 'reporting', brokers, logLevel: kafkajs.logLevel.ERROR });
  const consumer = kafka.consumer({
    groupId,
    sessionTimeout: SESSION_MS,
    retry: { retries: 30, maxRetryTime: 5000 },
  });
  const ended = new Promise((resolve, reject) => {
    signal.addEventListener('abort', resolve);
    // kafkajs begins again after what it takes for passing, and stops for good after anything else.
    consumer.on(consumer.events.CRASH, ({ payload }) => payload.restart || reject(payload.error));
  });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    eachBatchAutoResolve: false,
    eachBatch: async ({ batch, resolveOffset, heartbeat, isRunning, isStale }) => {
      for (let from = 0; from < batch.messages.length; from += AT_ONCE) {
        if (!isRunning() || isStale()) return;
        const messages = batch.messages.slice(from, from + AT_ONCE);
        const events = messages.map(toEvent).filter((event) => event !== null);
        if (events.length > 0) told(await report.apply(events));
        resolveOffset(messages.at(-1).offset);
        await heartbeat();
      }
    },
  });
  await ended;
  await consumer.disconnect();
}

/** CloudEvents in binary mode: attributes are headers `ce_*`. Anything else on the topic is not for us. */
function toEvent({ headers, value, partition, offset }) {
  const event = {};
  for (const [name, bytes] of Object.entries(headers ?? {}))
    if (name.startsWith('ce_')) event[name.slice(3)] = String(bytes);
  try {
    if (event.type === undefined || event.source === undefined) throw new Error('no CloudEvent');
    return { ...event, data: JSON.parse(value) };
  } catch (error) {
    console.log(`passed over ${partition}/${offset}: ${error.message}`);
    return null;
  }
}
