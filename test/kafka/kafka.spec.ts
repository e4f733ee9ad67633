import { randomUUID } from 'node:crypto';
import { Kafka as KafkaBinding } from 'cloudevents';
import type { CloudEvent, KafkaMessage as BindingMessage } from 'cloudevents';
import { beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../../src/errors.js';
import { eventType } from '../../src/messaging/event.js';
import { insertEvents } from '../../src/messaging/insert-events.sql.js';
import { makeKafka } from '../../src/messaging/kafka/client.js';
import { ensureTopics } from '../../src/messaging/kafka/topics.js';
import { hasKafka, startBroker } from '../support/kafka.js';
import { eventOf, silent, until, world } from '../messaging/support.js';
import { commandMessage, otherSide, RecordingInbox, settingsFor, startMessaging } from './support.js';

let brokers: string[];
// In a hook: on a fresh machine the jars are fetched first.
beforeAll(async () => {
  if (hasKafka) ({ brokers } = await startBroker());
}, 360_000);

const text = (bytes: unknown): string => String(bytes);

describe.skipIf(!hasKafka)('events on a real broker', { timeout: 300_000 }, () => {
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

describe.skipIf(!hasKafka)('commands from a real broker', { timeout: 300_000 }, () => {
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
    // Partitions that have just been made have no leader yet, and nobody knows their lag.
    const lag = () => messaging.commandLag().catch(() => -1);
    await until(async () => (await lag()) === 6, 'all are in hand or wait');
    answer();
    await until(async () => (await committed()) === 6, 'committed');
    await until(async () => (await lag()) === 0, 'none is left');
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
});
