import { randomUUID } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { insertEvents } from '../../src/messaging/insert-events.sql.js';
import { hasOwnBroker, ownBroker } from '../support/kafka.js';
import { eventOf, until, world } from '../messaging/support.js';
import { commandMessage, otherSide, RecordingInbox, settingsFor, startMessaging, Stream } from './support.js';

describe.skipIf(!hasOwnBroker)('a broker that is killed', { timeout: 300_000 }, () => {
  it(
    'and restarted while events are relayed has all of them, in order per key',
    { timeout: 180_000 },
    async () => {
      const broker = await ownBroker();
      onTestFinished(() => broker.drop());
      const place = await world();
      const settings = settingsFor(broker.brokers);
      const messaging = startMessaging(place, settings);
      const inbox = new RecordingInbox();
      messaging.consume(inbox);
      const { send, follow, topics } = otherSide(settings);
      await until(() => messaging.status().ok, 'joined');
      await send(commandMessage('before'));
      await until(() => inbox.commands.length === 1, 'taken');

      const stream = new Stream(place);
      await stream.write(50);
      await until(async () => (await stream.published()) > 0, 'some are published');
      const killed = broker.kill();
      await stream.write(100);
      await killed;
      await stream.write(100);
      // The feed does not notice.
      expect((await place.feed.read({ limit: 5000, waitMs: 5000 })).events.length).toBeGreaterThan(0);
      await broker.start();
      await stream.write(50);
      await until(async () => (await stream.published()) === stream.written, 'all are published');

      const seen = await follow(topics.events);
      await until(() => stream.isComplete(seen), 'all are read');
      stream.expectInOrder(seen);

      await until(() => messaging.status().ok, 'joined again');
      await send(commandMessage('after'));
      await until(() => inbox.commands.some(({ id }) => id === 'after'), 'commands go on');
    },
  );

  it(
    'or absent at the start keeps nobody waiting: it is joined when it comes',
    { timeout: 180_000 },
    async () => {
      const broker = await ownBroker();
      onTestFinished(() => broker.drop());
      await broker.kill();
      const place = await world();
      const settings = settingsFor(broker.brokers);
      const messaging = startMessaging(place, settings);
      const inbox = new RecordingInbox();
      messaging.consume(inbox);
      await insertEvents(place.db, [eventOf(randomUUID(), 1)], new Date());
      place.wake.notify('event');
      expect((await place.feed.read({ limit: 10, waitMs: 20_000 })).events).toHaveLength(1);
      expect(messaging.status()).toEqual({ ok: false, reason: expect.stringContaining('Kafka') as string });
      await broker.start();
      await until(() => messaging.status().ok, 'joined');
      const { send, follow, topics } = otherSide(settings);
      const seen = await follow(topics.events);
      await until(() => seen.length === 1, 'the event that waited');
      await send(commandMessage('1'));
      await until(() => inbox.commands.length === 1, 'a command');
    },
  );

  it('does not hold up the stop of the service', { timeout: 120_000 }, async () => {
    const broker = await ownBroker();
    onTestFinished(() => broker.drop());
    const place = await world();
    const messaging = startMessaging(place, settingsFor(broker.brokers));
    messaging.consume(new RecordingInbox());
    await until(() => messaging.status().ok, 'joined');
    await broker.kill();
    await insertEvents(place.db, [eventOf(randomUUID(), 1)], new Date());
    place.wake.notify('event');
    const startedMs = performance.now();
    await messaging.stopIntake();
    await messaging.stop();
    expect(performance.now() - startedMs).toBeLessThan(25_000);
    expect(
      (await place.pool.query<{ owner: string | null }>('SELECT owner FROM relay')).rows[0]!.owner,
    ).toBeNull();
  });
});
