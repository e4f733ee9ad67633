import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { CommandBatches } from '../../src/messaging/command-batches.js';
import { makeKafka } from '../../src/messaging/kafka/client.js';
import { CommandConsumer } from '../../src/messaging/kafka/command-consumer.js';
import { GroupLag } from '../../src/messaging/kafka/group-lag.js';
import { KafkaBroker } from '../../src/messaging/kafka/kafka-broker.js';
import { KafkaProducer } from '../../src/messaging/kafka/kafka-producer.js';
import type { KafkaSettings } from '../../src/messaging/kafka/settings.js';
import { topicNames } from '../../src/messaging/kafka/settings.js';
import { silent, until, world } from '../messaging/support.js';
import { hasKafka, startBroker } from '../support/kafka.js';
import {
  commandMessage,
  otherSide,
  RecordingInbox,
  recordingLog,
  settingsFor,
  startMessaging,
} from './support.js';

let brokers: string[];
beforeAll(async () => {
  if (hasKafka) ({ brokers } = await startBroker());
}, 360_000);

const monotonicMs = (): number => performance.now();

/** A member with a session as short as a broker allows. */
function startMember(settings: KafkaSettings, inbox: RecordingInbox, sessionMs: number): CommandConsumer {
  const kafka = makeKafka(settings, silent);
  const topics = topicNames(settings);
  const producer = new KafkaProducer(kafka, settings, silent, Math.random, monotonicMs);
  const groupLag = new GroupLag(kafka, { groupId: settings.groupId, topic: topics.commands, monotonicMs });
  const letters = new KafkaBroker(producer, topics);
  const batches = new CommandBatches(inbox, letters, silent, () => new Date(), Math.random);
  const consumer = new CommandConsumer(kafka, producer, batches, groupLag, silent, {
    groupId: settings.groupId,
    topic: topics.commands,
    sessionMs,
    monotonicMs,
    random: Math.random,
  });
  onTestFinished(async () => {
    await consumer.stop();
    await groupLag.close();
    await producer.stop();
  });
  producer.start();
  consumer.start();
  return consumer;
}

const byKey = (inbox: RecordingInbox, key: string): string[] =>
  inbox.commands.filter(({ partitionKey }) => partitionKey === key).map(({ id }) => id);

describe.skipIf(!hasKafka)('a consumer of commands', { timeout: 300_000 }, () => {
  it('keeps its partitions while a batch takes longer than a session', async () => {
    const settings = settingsFor(brokers);
    const inbox = new RecordingInbox();
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    let calls = 0;
    inbox.before = () => ((calls += 1) === 1 ? released : Promise.resolve());
    const sessionMs = 6000;
    const consumer = startMember(settings, inbox, sessionMs);
    const { kafka, send, committed, hasTopics } = otherSide(settings);
    await until(hasTopics, 'topics are there');
    await send(commandMessage('slow'));
    await until(() => calls === 1, 'in hand');
    const admin = kafka.admin();
    await admin.connect();
    onTestFinished(() => admin.disconnect());
    const members = async (): Promise<string[]> =>
      (await admin.describeGroups([settings.groupId])).groups[0]!.members.map(({ memberId }) => memberId);
    const before = await members();
    const heldFromMs = monotonicMs();
    await until(() => monotonicMs() - heldFromMs > sessionMs * 2.5, 'longer than two sessions');
    expect(await members()).toEqual(before);
    expect(consumer.status()).toEqual({ ok: true });
    release();
    await until(async () => (await committed()) === 1, 'committed');
    await send(commandMessage('next'));
    await until(() => inbox.commands.length === 2, 'goes on');
    expect(inbox.commands.map(({ id }) => id)).toEqual(['slow', 'next']);
  });

  it('shares its partitions anew under load, and every command is taken, in order per key', async () => {
    const settings = settingsFor(brokers);
    const place = await world();
    const inbox = new RecordingInbox();
    const first = startMessaging(place, settings);
    first.consume(inbox);
    await until(() => first.status().ok, 'the first has joined');
    const { send } = otherSide(settings);
    const keys = Array.from({ length: 30 }, (_, i) => `lab/Environment/k${i}`);
    const rounds = 60;
    const load = (async () => {
      for (let round = 0; round < rounds; round++)
        await send(...keys.map((key) => commandMessage(`${key}#${round}`, key)));
    })();
    await until(() => inbox.commands.length > keys.length * 5, 'the first is at work');
    const second = startMessaging(place, settings);
    second.consume(inbox);
    await until(() => second.status().ok, 'a second has joined');
    await until(() => inbox.commands.length > keys.length * 20, 'both are at work');
    await first.stopIntake();
    await load;
    const seen = () => new Set(inbox.commands.map(({ id }) => id)).size;
    await until(() => seen() === keys.length * rounds, 'all are taken');
    // Some come again when partitions move; without those that were seen before the order is whole.
    for (const key of keys)
      expect([...new Set(byKey(inbox, key))]).toEqual(
        Array.from({ length: rounds }, (_, n) => `${key}#${n}`),
      );
  });

  it('that cannot set anything aside says so, is replaced, and goes on when it can', async () => {
    const settings = settingsFor(brokers, { topics: 'check' });
    const { kafka, topics, send, follow, committed } = otherSide(settings);
    const admin = kafka.admin();
    await admin.connect();
    onTestFinished(() => admin.disconnect());
    const letters = {
      topic: topics.deadLetters,
      numPartitions: 1,
      configEntries: [{ name: 'max.message.bytes', value: '2000000' }],
    };
    const others = [topics.commands, topics.events].map((topic) => ({ topic, numPartitions: 1 }));
    await admin.createTopics({ topics: [...others, letters], waitForLeaders: false });
    const { lines, log } = recordingLog();
    const messaging = startMessaging(await world(), settings, log);
    const inbox = new RecordingInbox();
    messaging.consume(inbox);
    await until(() => messaging.status().ok, 'joined');
    await admin.deleteTopics({ topics: [topics.deadLetters] });
    await send(commandMessage('before'), { key: 'k', value: 'poison' }, commandMessage('after'));
    await until(() => !messaging.status().ok, 'it says so');
    await until(
      () => lines.some(({ msg }) => msg.startsWith('commands are not read')),
      'the member is given up',
      120_000,
    );
    expect(await committed()).toBeLessThanOrEqual(0);
    await admin.createTopics({ topics: [letters], waitForLeaders: false });
    await until(async () => (await committed()) === 3, 'the partition moves on');
    await until(() => messaging.status().ok, 'well again');
    // The batch was taken more than once; the inbox of the service knows repeats.
    expect([...new Set(inbox.commands.map(({ id }) => id))]).toEqual(['before', 'after']);
    const seen = await follow(topics.deadLetters);
    await until(() => seen.length > 0, 'set aside');
    expect(String(seen[0]?.value)).toBe('poison');
  });

  it('counts what waits for the whole group, whoever asks', async () => {
    const settings = settingsFor(brokers);
    const place = await world();
    const [taking, asking] = [startMessaging(place, settings), startMessaging(place, settings)];
    await until(() => asking.status().ok, 'connected');
    const { send } = otherSide(settings);
    await send(
      ...Array.from({ length: 25 }, () => commandMessage(randomUUID(), `lab/Environment/${randomUUID()}`)),
    );
    await until(async () => (await asking.commandLag()) === 25, 'they wait');
    taking.consume(new RecordingInbox());
    await until(async () => (await asking.commandLag()) === 0, 'they are taken');
  });
});
