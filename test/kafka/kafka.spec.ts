import { randomUUID } from 'node:crypto';
import { Kafka as KafkaBinding } from 'cloudevents';
import type { CloudEvent, KafkaMessage as BindingMessage } from 'cloudevents';
import kafkajs from 'kafkajs';
import { beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../../src/errors.js';
import { eventType } from '../../src/messaging/event.js';
import { insertEvents } from '../../src/messaging/insert-events.sql.js';
import { makeKafka } from '../../src/messaging/kafka/client.js';
import { ensureTopics } from '../../src/messaging/kafka/topics.js';
import type { TopicNames } from '../../src/messaging/kafka/settings.js';
import { hasKafka, startBroker } from '../support/kafka.js';
import { eventOf, silent, until, world } from '../messaging/support.js';
import { commandMessage, otherSide, RecordingInbox, settingsFor, startMessaging } from './support.js';

const { ConfigResourceTypes } = kafkajs;
const names = (topics: TopicNames): string[] => [topics.commands, topics.events, topics.deadLetters];
let brokers: string[];
// In a hook: on a fresh machine the jars are fetched first.
beforeAll(async () => {
  if (hasKafka) ({ brokers } = await startBroker());
});

const text = (bytes: unknown): string => String(bytes);

describe.skipIf(!hasKafka)('events on a real broker', () => {
  it('arrive with their key, their headers and the bytes of the feed, from an idempotent producer', async () => {
    const place = await world();
    const settings = settingsFor(brokers);
    const messaging = startMessaging(place, settings);
    const [a, b] = [randomUUID(), randomUUID()];
    const events = [
      eventOf(a, 1, { type: eventType('operation.accepted'), correlationId: 'RITM1 ü', causationId: 'm-1' }),
      eventOf(b, 2),
      eventOf(a, 3),
    ];
    await insertEvents(place.db, events, new Date());
    place.wake.notify('event');
    await until(() => messaging.status().ok, 'connected');
    const { follow, topics } = otherSide(settings);
    const seen = await follow(topics.events);
    await until(() => seen.length === 3, 'three events');
    const feed = await place.feed.read({ limit: 10, waitMs: 0 });
    expect(feed.events).toHaveLength(3);
    for (const event of feed.events) {
      const record = seen.find(({ headers }) => text(headers?.['ce_id']) === event.id);
      const headers = Object.fromEntries(
        Object.entries(record?.headers ?? {}).map(([name, value]) => [name, text(value)]),
      );
      const { data, datacontenttype, ...attributes } = event;
      const expected = Object.entries(attributes).map(([name, value]) => [`ce_${name}`, value]);
      expect(headers).toEqual({ 'content-type': datacontenttype, ...Object.fromEntries(expected) });
      expect(text(record?.key)).toBe(event.partitionkey);
      expect(JSON.parse(text(record?.value))).toEqual(data);
      // The kafkajs types leave out what its decoder gives.
      const { batchContext } = record as unknown as { batchContext: { producerId: string } };
      expect(Number(batchContext.producerId)).toBeGreaterThanOrEqual(0);
      const read = KafkaBinding.toEvent({
        ...record,
        headers,
        value: text(record?.value),
      } as unknown as BindingMessage<string>);
      expect((read as CloudEvent).validate()).toBe(true);
    }
    const ofA = seen.filter(({ key }) => text(key) === `lab/Environment/${a}`);
    expect(ofA.map(({ headers }) => Number(text(headers?.['ce_sequence'])))).toEqual([1, 2]);
  });

  it('agree with the feed record for record when several replicas write and relay', async () => {
    const place = await world();
    const settings = settingsFor(brokers);
    const replicas = [1, 2, 3].map(() => startMessaging(place, settings));
    const solutions = Array.from({ length: 10 }, () => randomUUID());
    const write = async (round: number): Promise<void> => {
      await insertEvents(
        place.db,
        solutions.map((id) => eventOf(id, round)),
        new Date(),
      );
      place.wake.notify('event');
    };
    for (let round = 1; round <= 50; round++) await write(round);
    await until(() => replicas.every((replica) => replica.status().ok), 'connected');
    const { follow, topics } = otherSide(settings);
    const seen = await follow(topics.events);
    await until(() => seen.length >= 100, 'some are published');
    await Promise.all(replicas.slice(0, 2).map((replica) => replica.stop()));
    for (let round = 51; round <= 100; round++) await write(round);
    await until(() => seen.length >= 1000, 'all are published');
    const feed = await place.feed.read({ limit: 2000, waitMs: 0 });
    const ids = seen.map(({ headers }) => text(headers?.['ce_id']));
    expect(ids.toSorted()).toEqual(feed.events.map(({ id }) => id).toSorted());
    for (const id of solutions) {
      const own = seen.filter(({ headers }) => text(headers?.['ce_source']) === `/solutions/${id}`);
      expect(own.map(({ headers }) => Number(text(headers?.['ce_sequence'])))).toEqual(
        Array.from({ length: 100 }, (_, i) => i + 1),
      );
    }
  });
});

describe.skipIf(!hasKafka)('commands from a real broker', () => {
  it('reach the inbox once, in order per key, and are committed after it has answered', async () => {
    const place = await world();
    const settings = settingsFor(brokers);
    const messaging = startMessaging(place, settings);
    const inbox = new RecordingInbox();
    let answer = (): void => undefined;
    const answered = new Promise<void>((resolve) => (answer = resolve));
    inbox.before = () => answered;
    messaging.consume(inbox);
    await until(() => messaging.status().ok, 'joined');
    const { send, committed } = otherSide(settings);
    await send(
      ...[1, 2, 3].flatMap((n) => [
        commandMessage(`a${n}`, 'lab/Environment/a'),
        commandMessage(`b${n}`, 'lab/Environment/b'),
      ]),
    );
    expect(await committed()).toBe(0);
    await until(async () => (await messaging.commandLag()) === 6, 'all are in hand or wait');
    answer();
    await until(async () => (await committed()) === 6, 'committed');
    await until(async () => (await messaging.commandLag()) === 0, 'none is left');
    for (const key of ['a', 'b']) {
      const own = inbox.commands.filter(({ partitionKey }) => partitionKey === `lab/Environment/${key}`);
      expect(own.map(({ id }) => id)).toEqual([1, 2, 3].map((n) => `${key}${n}`));
    }
    expect(inbox.commands).toHaveLength(6);
  });

  it('sent before anybody listened are taken too, and not again by the next member', async () => {
    const place = await world();
    const settings = settingsFor(brokers);
    const admin = makeKafka(settings, silent).admin();
    await admin.connect();
    await ensureTopics(admin, settings);
    await admin.disconnect();
    const { send, committed } = otherSide(settings);
    await send(commandMessage('early'));
    const inbox = new RecordingInbox();
    const first = startMessaging(place, settings);
    first.consume(inbox);
    await until(async () => (await committed()) === 1, 'committed');
    await first.stopIntake();
    const second = startMessaging(place, settings);
    second.consume(inbox);
    await send(commandMessage('late'));
    await until(() => inbox.commands.length > 1, 'the second takes');
    expect(inbox.commands.map(({ id }) => id)).toEqual(['early', 'late']);
  });

  it('that are poison go to the dead letters byte for byte, and their partition moves on', async () => {
    const place = await world();
    const settings = settingsFor(brokers);
    const messaging = startMessaging(place, settings);
    const inbox = new RecordingInbox();
    messaging.consume(inbox);
    await until(() => messaging.status().ok, 'joined');
    const { send, follow, committed, topics } = otherSide(settings);
    const key = 'lab/Environment/retail';
    const odd = { a: Buffer.from([0xff, 0x00, 0xfe]), twice: ['1', '2'], empty: '' };
    const poison = [
      { key, value: Buffer.from([0x00, 0xff, 0x7b]), headers: odd },
      { key, value: null, headers: odd },
      { key, value: '{}', headers: {} },
      { key, value: Buffer.alloc(1_000_000, 'x'), headers: { ce_specversion: '1.0' } },
      {
        key: Buffer.from([0xff]),
        value: JSON.stringify({ specversion: '1.0', id: 'x', source: '/t', type: 'x' }),
        headers: { 'content-type': 'application/cloudevents+json' },
      },
      { key, value: '<xml/>', headers: { 'content-type': 'text/xml', ce_specversion: '1.0' } },
    ];
    for (const [i, record] of poison.entries()) {
      await send(
        { ...commandMessage(`good-${i}`), timestamp: '1764000000000' },
        { ...record, timestamp: '1764000000123' },
      );
    }
    await send(commandMessage('last'));
    const letters = await follow(topics.deadLetters);
    await until(() => letters.length === poison.length, 'all are set aside');
    await until(async () => (await committed()) === poison.length * 2 + 1, 'the partitions move on');
    expect(inbox.commands.map(({ id }) => id)).toEqual([...poison.map((_, i) => `good-${i}`), 'last']);
    const reasons = [
      'not-a-cloudevent',
      'no-value',
      'not-a-cloudevent',
      'not-json',
      'not-utf-8',
      'unsupported-content-type',
    ];
    const bytes = (value: unknown): Buffer | null => (value === null ? null : Buffer.from(value as string));
    for (const [i, record] of poison.entries()) {
      const {
        key: sent,
        value,
        headers = {},
      } = letters.find(
        (letter) =>
          text(letter.headers?.['x-dlq-reason-code']) === reasons[i] &&
          bytes(record.value)?.length === letter.value?.length,
      )!;
      expect(sent).toEqual(bytes(record.key));
      expect(value).toEqual(bytes(record.value));
      const own = Object.entries(headers).filter(([name]) => !name.startsWith('x-dlq-'));
      const asSent = Object.entries(record.headers).map(([name, header]) => [
        name,
        Array.isArray(header) ? header.map(bytes) : bytes(header),
      ]);
      expect(Object.fromEntries(own)).toEqual(Object.fromEntries(asSent));
      expect(text(headers['x-dlq-topic'])).toBe(topics.commands);
      expect(text(headers['x-dlq-partition'])).toMatch(/^\d+$/);
      expect(text(headers['x-dlq-offset'])).toMatch(/^\d+$/);
      expect(text(headers['x-dlq-timestamp'])).toBe('1764000000123');
      expect(text(headers['x-dlq-attempts'])).toBe('1');
    }
  });

  it('wait while the database is away, and none is lost', async () => {
    const place = await world();
    const settings = settingsFor(brokers);
    const messaging = startMessaging(place, settings);
    const inbox = new RecordingInbox();
    let failures = 0;
    inbox.before = () =>
      ++failures > 3 ? Promise.resolve() : Promise.reject(new AppError('unavailable', 'no database'));
    messaging.consume(inbox);
    await until(() => messaging.status().ok, 'joined');
    const { send, committed } = otherSide(settings);
    await send(commandMessage('1'), commandMessage('2'));
    await until(async () => (await committed()) === 2, 'committed');
    expect(inbox.commands.map(({ id }) => id)).toEqual(['1', '2']);
  });

  it('are shared by two members, and all taken when one of them leaves under load', async () => {
    const place = await world();
    const settings = settingsFor(brokers);
    const inbox = new RecordingInbox();
    const [first, second] = [startMessaging(place, settings), startMessaging(place, settings)];
    first.consume(inbox);
    second.consume(inbox);
    await until(() => first.status().ok && second.status().ok, 'both joined');
    const { send } = otherSide(settings);
    const all = Array.from({ length: 600 }, (_, n) => String(n));
    for (let from = 0; from < all.length; from += 100) {
      if (from === 300) void first.stopIntake();
      await send(
        ...all.slice(from, from + 100).map((id) => commandMessage(id, `lab/Environment/s${Number(id) % 40}`)),
      );
    }
    const taken = (): Set<string> => new Set(inbox.commands.map(({ id }) => id));
    await until(() => taken().size === 600, 'all taken');
    expect([...taken()].toSorted()).toEqual(all.toSorted());
  });
});

describe.skipIf(!hasKafka)('topics', () => {
  it('are created with 12 partitions, again without harm, and room for a dead letter', async () => {
    const settings = settingsFor(brokers);
    const { kafka, topics } = otherSide(settings);
    const admin = kafka.admin();
    await admin.connect();
    await Promise.all([1, 2].map(() => ensureTopics(admin, settings)));
    await ensureTopics(admin, { ...settings, topics: 'check' });
    const { topics: found } = await admin.fetchTopicMetadata({ topics: names(topics) });
    expect(found.map(({ partitions }) => partitions.length)).toEqual([12, 12, 12]);
    await admin.disconnect();
  });

  it('that are missing or too small are named, and come into use once somebody has made them', async () => {
    const place = await world();
    const settings = settingsFor(brokers, { topics: 'check' });
    const messaging = startMessaging(place, settings);
    const reason = (): string => (messaging.status() as { reason?: string }).reason ?? '';
    await until(() => reason().includes('missing'), 'says so');
    const { kafka, topics } = otherSide(settings);
    for (const topic of names(topics)) expect(reason()).toContain(topic);
    const admin = kafka.admin();
    await admin.connect();
    await admin.createTopics({ topics: names(topics).map((topic) => ({ topic })), waitForLeaders: false });
    await until(() => reason().includes('max.message.bytes'), 'says so');
    await admin.alterConfigs({
      validateOnly: false,
      resources: [
        {
          type: ConfigResourceTypes.TOPIC,
          name: topics.deadLetters,
          configEntries: [{ name: 'max.message.bytes', value: '3000000' }],
        },
      ],
    });
    await admin.disconnect();
    await until(() => messaging.status().ok, 'in use');
  });
});
