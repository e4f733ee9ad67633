import { randomUUID } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { insertEvents } from '../../src/messaging/insert-events.sql.js';
import { eventOf, until, world } from '../messaging/support.js';
import { hasOwnBroker, ownBroker } from '../support/kafka.js';
import { commandMessage, otherSide, RecordingInbox, settingsFor, startMessaging, Stream } from './support.js';

describe.skipIf(!hasOwnBroker)('a broker that does not answer', { timeout: 600_000 }, () => {
  it('is said to, and what was sent into it is sent again: all of it is there, in order per key', async () => {
    const broker = await ownBroker();
    onTestFinished(() => broker.drop());
    const place = await world();
    const settings = settingsFor(broker.brokers);
    const messaging = startMessaging(place, settings);
    const inbox = new RecordingInbox();
    messaging.consume(inbox);
    await until(() => messaging.status().ok, 'joined');
    const stream = new Stream(place);
    await stream.write(20);
    await until(async () => (await stream.published()) === stream.written, 'published');

    broker.freeze();
    await stream.write(20);
    await until(() => !messaging.status().ok, 'it is said');
    // The feed does not notice.
    await until(
      async () => (await place.feed.read({ limit: 1000, waitMs: 0 })).events.length === stream.written,
      'in the feed',
    );
    await stream.write(20);
    broker.thaw();
    await until(async () => (await stream.published()) === stream.written, 'all are published', 240_000);

    const { send, follow, topics } = otherSide(settings);
    const seen = await follow(topics.events);
    await until(() => stream.isComplete(seen), 'all are read');
    stream.expectInOrder(seen);
    await until(() => messaging.status().ok, 'well again', 240_000);
    await send(commandMessage('after'));
    await until(() => inbox.commands.some(({ id }) => id === 'after'), 'commands go on', 240_000);
  });

  it('does not hold up the stop of the service', async () => {
    const broker = await ownBroker();
    onTestFinished(() => broker.drop());
    const place = await world();
    const messaging = startMessaging(place, settingsFor(broker.brokers));
    messaging.consume(new RecordingInbox());
    await until(() => messaging.status().ok, 'joined');
    broker.freeze();
    await insertEvents(place.db, [eventOf(randomUUID(), 1)], new Date());
    place.wake.notify('event');
    const startedMs = performance.now();
    await messaging.stopIntake();
    await messaging.stop();
    expect(performance.now() - startedMs).toBeLessThan(25_000);
  });
});
