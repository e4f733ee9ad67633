import { beforeAll, describe, expect, it } from 'vitest';
import kafkajs from 'kafkajs';
import { until, world } from '../messaging/support.js';
import { hasKafka, startBroker } from '../support/kafka.js';
import { commandMessage, otherSide, RecordingInbox, settingsFor, startMessaging } from './support.js';

let brokers: string[];
beforeAll(async () => {
  if (hasKafka) ({ brokers } = await startBroker());
}, 360_000);

const { CompressionTypes } = kafkajs;
const text = (value: unknown): string => String(value);

describe.skipIf(!hasKafka)('batches that are packed', { timeout: 300_000 }, () => {
  it('are unpacked by the broker where the topic is ours, which also refuses what is too large then', async () => {
    const settings = settingsFor(brokers);
    const messaging = startMessaging(await world(), settings);
    await until(() => messaging.status().ok, 'connected');
    const { kafka, topics } = otherSide(settings);
    const producer = kafka.producer({ allowAutoTopicCreation: false });
    await producer.connect();
    const send = (bytes: number) =>
      producer.send({
        topic: topics.commands,
        compression: CompressionTypes.GZIP,
        messages: [{ key: 'k', value: Buffer.alloc(bytes, ' ') }],
      });
    await send(100_000);
    await expect(send(5_000_000)).rejects.toThrow(/larger than the max message size/);
    await producer.disconnect();
  });

  it('of a topic that others made may be megabytes, or more than anybody can hold, and stop nothing', async () => {
    const settings = settingsFor(brokers, { topics: 'check' });
    const { kafka, topics, send, follow, committed } = otherSide(settings);
    const admin = kafka.admin();
    await admin.connect();
    await admin.createTopics({
      waitForLeaders: false,
      topics: [
        // As brokers make them: packed as the sender packs.
        { topic: topics.commands, numPartitions: 1 },
        { topic: topics.events, numPartitions: 1 },
        {
          topic: topics.deadLetters,
          numPartitions: 1,
          configEntries: [{ name: 'max.message.bytes', value: '1200000' }],
        },
      ],
    });
    await admin.disconnect();
    const messaging = startMessaging(await world(), settings);
    const inbox = new RecordingInbox();
    messaging.consume(inbox);
    await until(() => messaging.status().ok, 'joined');
    const producer = kafka.producer({ allowAutoTopicCreation: false });
    await producer.connect();
    const packed = (...messages: kafkajs.Message[]) =>
      producer.send({ topic: topics.commands, compression: CompressionTypes.GZIP, messages });
    const large = Buffer.alloc(5_000_000, ' ');
    await send(commandMessage('first'));
    await packed({ key: 'k', value: large }, commandMessage('beside it'));
    // Good ones packed beside what nobody can hold are set aside with it, and nothing is lost.
    await packed(commandMessage('in the batch'), { key: 'k', value: Buffer.alloc(100_000_000) });
    await packed(commandMessage('packed'));
    await send(commandMessage('last'));
    await producer.disconnect();
    const letters = await follow(topics.deadLetters);
    await until(() => letters.length === 2, 'both are set aside');
    await until(async () => (await committed()) === 7, 'the partition moves on');
    expect(inbox.commands.map(({ id }) => id)).toEqual(['first', 'beside it', 'packed', 'last']);
    const [unreadable, batch] = letters;
    expect(text(unreadable?.headers?.['x-dlq-reason-code'])).toBe('not-a-cloudevent');
    expect(unreadable?.value?.equals(large)).toBe(true);
    expect(text(batch?.headers?.['x-dlq-reason-code'])).toBe('undecodable-batch');
    expect(text(batch?.headers?.['x-dlq-reason'])).toMatch(/2 records from offset 3 to 4/);
    expect(text(batch?.headers?.['x-dlq-offset'])).toBe('4');
    expect(batch?.value?.length).toBeGreaterThan(90_000);
    expect(messaging.status()).toEqual({ ok: true });
  });
});
