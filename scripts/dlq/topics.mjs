// The topics of dead letters and of commands, as the tool reads and writes them.
import { randomUUID } from 'node:crypto';
import kafkajs from 'kafkajs';
import { pino } from 'pino';
import { loadKafka } from '../../dist/src/config/load-kafka.js';
import { makeKafka } from '../../dist/src/messaging/kafka/client.js';
import { topicNames } from '../../dist/src/messaging/kafka/settings.js';

const SILENCE_MS = 30_000;
const LEADER_MS = 10_000;

/** @throws ConfigError */
export function openTopics() {
  const settings = loadKafka();
  // What goes wrong is said by the tool itself, once.
  const kafka = makeKafka(settings, pino({ level: 'silent' }));
  const names = topicNames(settings);
  const admin = kafka.admin();
  // A group for once: nothing is committed, and it goes with the tool.
  const groupId = `${settings.groupId}-dlq-${randomUUID()}`;
  return {
    read: () => readAll(kafka, admin, names.deadLetters, groupId),
    sendAgain: (letters) => sendAgain(kafka, names.commands, letters),
    async close() {
      await admin.deleteGroups([groupId]).catch(() => undefined);
      await admin.disconnect();
    },
  };
}

/** A topic that was just made, or whose broker just came back, has no leader for a moment, and kafkajs does not wait for one. */
async function offsetsOf(admin, topic) {
  const giveUpAtMs = Date.now() + LEADER_MS;
  for (;;) {
    try {
      return await admin.fetchTopicOffsets(topic);
    } catch (error) {
      const leaderless = /not the leader|no leader/i.test(error.message);
      if (!leaderless || Date.now() > giveUpAtMs) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

/** Everything that is there now, by partition and offset. */
async function readAll(kafka, admin, topic, groupId) {
  await admin.connect();
  const offsets = await offsetsOf(admin, topic);
  const left = new Map(
    offsets
      .filter(({ low, high }) => BigInt(low) < BigInt(high))
      .map(({ partition, high }) => [partition, BigInt(high) - 1n]),
  );
  if (left.size === 0) return [];
  const letters = [];
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 500, retry: { retries: 12 } });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  try {
    await new Promise((resolve, reject) => {
      const tooLong = setTimeout(() => reject(new Error('the broker stopped answering')), SILENCE_MS);
      const sign = () => tooLong.refresh();
      consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
      const eachBatch = async ({ batch }) => {
        sign();
        for (const message of batch.messages) {
          if (BigInt(message.offset) > (left.get(batch.partition) ?? -1n)) continue;
          letters.push({ ...message, partition: batch.partition, headers: message.headers ?? {} });
        }
        if (BigInt(batch.lastOffset()) >= (left.get(batch.partition) ?? 0n)) left.delete(batch.partition);
        if (left.size > 0) return;
        clearTimeout(tooLong);
        resolve();
      };
      consumer.run({ autoCommit: false, eachBatch }).catch(reject);
    });
  } finally {
    await consumer.disconnect();
  }
  return letters.sort((a, b) => a.partition - b.partition || Number(BigInt(a.offset) - BigInt(b.offset)));
}

/** The record as it first came: same key and so same partition, same bytes, same time. */
async function sendAgain(kafka, topic, letters) {
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    retry: { retries: 12 },
  });
  await producer.connect();
  try {
    // One at a time: a command may be as large as a request may be, and there are few.
    for (const { key, value, headers } of letters) {
      const own = Object.entries(headers).filter(([name]) => !name.startsWith('x-dlq-'));
      const timestamp = String(headers['x-dlq-timestamp']);
      await producer.send({
        topic,
        acks: -1,
        messages: [{ key, value, headers: Object.fromEntries(own), timestamp }],
      });
    }
  } finally {
    await producer.disconnect();
  }
}
