// The topics of dead letters and of commands, as the tool reads and writes them.
import { randomUUID } from 'node:crypto';
import kafkajs from 'kafkajs';
import { pino } from 'pino';
import { loadKafka } from '../../dist/src/config/load-kafka.js';
import { makeKafka } from '../../dist/src/messaging/kafka/client.js';
import { decodeBatch } from '../../dist/src/messaging/kafka/records/decode-batch.js';
import { topicNames } from '../../dist/src/messaging/kafka/settings.js';

const producing = {
  idempotent: true,
  maxInFlightRequests: 1,
  createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
  retry: { retries: 12 },
};
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
  let producer = null;
  const connected = async () => {
    producer ??= kafka.producer(producing);
    await producer.connect();
    return producer;
  };
  return {
    /** What `pick` makes of each letter, but for null, by partition and offset. */
    read: (pick) => readAll(kafka, admin, names.deadLetters, groupId, pick),
    sendAgain: async (letter, reasonCode) =>
      sendAgain(await connected(), names.commands, await recordsOf(letter, reasonCode)),
    async close() {
      await producer?.disconnect();
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
async function readAll(kafka, admin, topic, groupId, pick) {
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
          const picked = pick({ ...message, partition: batch.partition });
          if (picked !== null)
            letters.push({ partition: batch.partition, offset: BigInt(message.offset), picked });
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
  letters.sort((a, b) => a.partition - b.partition || Number(a.offset - b.offset));
  return letters.map(({ picked }) => picked);
}

const ours = [
  'reason-code',
  'reason',
  'topic',
  'partition',
  'offset',
  'timestamp',
  'attempts',
  'omitted-bytes',
].map((name) => `x-dlq-${name}`);

/** What was set aside, without our headers: of a name the last is ours. */
function original({ key, value, headerList }) {
  const last = (name) => headerList.findLastIndex(([own]) => own === name);
  const added = new Map(ours.map((name) => [last(name), name]));
  const text = (name) => String(headerList[last(name)]?.[1]);
  if ([...added].some(([at, name]) => at >= 0 && name === 'x-dlq-omitted-bytes'))
    throw new Error(
      `its value was too large to be set aside: it is at ${text('x-dlq-topic')}, partition ${text('x-dlq-partition')}, offset ${text('x-dlq-offset')}`,
    );
  const ms = Number(text('x-dlq-timestamp'));
  const headers = headerList.filter((_, at) => !added.has(at));
  return { key, value, headers, ...(ms >= 0 ? { timestamp: text('x-dlq-timestamp') } : {}) };
}

/** The records of a batch that could not be taken apart when it came, by a newer Node or version of this. */
async function unpacked(batch) {
  const records = await decodeBatch(batch);
  if (records[0].undecodable !== undefined) throw new Error(records[0].undecodable);
  return records.map(({ key, value, headerList, timestamp }) => ({
    key,
    value,
    headers: headerList,
    timestamp,
  }));
}

async function recordsOf(letter, reasonCode) {
  const record = original(letter);
  return reasonCode === 'undecodable-batch' ? unpacked(record.value) : [record];
}

/** Records as they first came: same key and so same partition, same bytes, same time. @returns how many */
async function sendAgain(producer, topic, messages) {
  // One at a time: a command may be as large as a request may be, and there are few.
  for (const message of messages) await producer.send({ topic, acks: -1, messages: [message] });
  return messages.length;
}
