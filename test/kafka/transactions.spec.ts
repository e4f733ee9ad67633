import { randomUUID } from 'node:crypto';
import type { Producer } from 'kafkajs';
import kafkajs from 'kafkajs';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { ensureTopics } from '../../src/messaging/kafka/topics.js';
import { until, world } from '../messaging/support.js';
import { hasKafka, startBroker } from '../support/kafka.js';
import type { OtherSide } from './support.js';
import { commandMessage, otherSide, RecordingInbox, settingsFor, startMessaging } from './support.js';

let brokers: string[];
beforeAll(async () => {
  if (hasKafka) ({ brokers } = await startBroker());
}, 360_000);

async function transactional({ kafka }: OtherSide): Promise<Producer> {
  const producer = kafka.producer({
    transactionalId: randomUUID(),
    idempotent: true,
    maxInFlightRequests: 1,
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    retry: { retries: 30, initialRetryTime: 100, maxRetryTime: 1000 },
  });
  await producer.connect();
  onTestFinished(() => producer.disconnect());
  return producer;
}

describe.skipIf(!hasKafka)('commands sent in transactions', { timeout: 300_000 }, () => {
  it('are taken when they are committed and never when taken back, and none of it counts as waiting', async () => {
    const settings = settingsFor(brokers, { partitions: 1 });
    const side = otherSide(settings);
    const admin = side.kafka.admin();
    await admin.connect();
    onTestFinished(() => admin.disconnect());
    await ensureTopics(admin, settings);
    const producers = await Promise.all([1, 2, 3].map(() => transactional(side)));
    const [first, second, third] = await Promise.all(producers.map((one) => one.transaction()));
    const say = (transaction: typeof first, ...ids: string[]) =>
      transaction!.send({ topic: side.topics.commands, messages: ids.map((id) => commandMessage(id)) });
    // All lies in the log before anybody reads: three transactions in each other, taken back in another order.
    await say(first, 'first, taken back');
    await say(second, 'second, taken back');
    await say(third, 'third');
    await side.send(commandMessage('plain'));
    await say(first, 'first again, taken back');
    await second!.abort();
    // Another one of this producer begins when the end of its last one lies in the log.
    const again = await producers[1]!.transaction();
    await say(again, 'second again');
    await again.commit();
    await say(first, 'first to the end, taken back');
    await first!.abort();
    await third!.commit();
    const messaging = startMessaging(await world(), settings);
    const inbox = new RecordingInbox();
    messaging.consume(inbox);
    await until(() => inbox.commands.length >= 3, 'taken');
    await until(async () => (await messaging.commandLag()) === 0, 'nothing waits');
    expect(inbox.commands.map(({ id }) => id)).toEqual(['third', 'plain', 'second again']);

    // Nothing but what was taken back, at the end: it is passed over, or it would count as waiting for ever.
    const last = await producers[0]!.transaction();
    await say(last, 'last, taken back');
    await last.abort();
    const records = 8;
    const ends = 5;
    await until(async () => (await side.committed()) === records + ends, 'passed over');
    await side.send(commandMessage('after'));
    await until(() => inbox.commands.length >= 4, 'goes on');
    expect(inbox.commands.map(({ id }) => id)).toEqual(['third', 'plain', 'second again', 'after']);
    expect(messaging.status()).toEqual({ ok: true });
  });

  it('that are never ended are not taken, and hold up what lies behind them until they are given up', async () => {
    const settings = settingsFor(brokers, { partitions: 1 });
    const side = otherSide(settings);
    const messaging = startMessaging(await world(), settings);
    const inbox = new RecordingInbox();
    messaging.consume(inbox);
    await until(() => messaging.status().ok, 'joined');
    const producer = side.kafka.producer({
      transactionalId: randomUUID(),
      idempotent: true,
      maxInFlightRequests: 1,
      transactionTimeout: 3000,
      retry: { retries: 30, initialRetryTime: 100, maxRetryTime: 1000 },
    });
    await producer.connect();
    onTestFinished(() => producer.disconnect());
    const open = await producer.transaction();
    await open.send({ topic: side.topics.commands, messages: [commandMessage('never ended')] });
    await side.send(commandMessage('behind it'));
    await until(() => inbox.commands.length > 0, 'given up by the broker');
    expect(inbox.commands.map(({ id }) => id)).toEqual(['behind it']);
  });
});
