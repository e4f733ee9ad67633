import { randomUUID } from 'node:crypto';
import kafkajs, { type Kafka } from 'kafkajs';
import type { KafkaSettings } from '../src/messaging/kafka/settings.js';
import { ensureTopics } from '../src/messaging/kafka/topics.js';
import { commandRecord, onboarding } from './kafka.js';

/** Of each solution: one command to carry out, one to refuse, ten that nobody can read; the rest repeats the first. */
export const ofSolution = 50;
const refusedAt = 20;
const isPoison = (n: number): boolean => n % 5 === 4;
export const poisons = ofSolution / 5;
/** Solutions whose records lie between each other's. */
export const mixed = 100;

export async function recordsIn(client: Kafka, topic: string): Promise<number> {
  const admin = client.admin();
  await admin.connect();
  const offsets = await admin.fetchTopicOffsets(topic);
  await admin.disconnect();
  return offsets.reduce((sum, { high }) => sum + Number(high), 0);
}

/** In turns: the first record of a hundred solutions, the second of each, and so on. */
export async function sendBacklog(client: Kafka, settings: KafkaSettings, solutions: number): Promise<void> {
  const admin = client.admin();
  await admin.connect();
  await ensureTopics(admin, settings);
  await admin.disconnect();
  const producer = client.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
  });
  await producer.connect();
  for (let from = 0; from < solutions; from += mixed) {
    const some = Array.from({ length: mixed }, () => recordsOf(randomUUID()));
    const messages = Array.from({ length: ofSolution }, (_, n) =>
      some.flatMap((records) => records[n] ?? []),
    ).flat();
    await producer.send({ topic: `${settings.topicPrefix}.commands.v1`, messages });
  }
  await producer.disconnect();
}

function recordsOf(id: string): ReturnType<typeof commandRecord>[] {
  const first = commandRecord(id);
  const refused = { ...commandRecord(`${id} refused`), key: first.key };
  refused.value = JSON.stringify({ ...onboarding(id), colour: 'blue' });
  const poison = { ...first, value: first.value.slice(1) };
  return Array.from({ length: ofSolution }, (_, n) => {
    if (n === refusedAt) return refused;
    return isPoison(n) ? poison : first;
  });
}
