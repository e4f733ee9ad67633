import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { insertEvents } from '../../src/messaging/insert-events.sql.js';
import { ensureTopics } from '../../src/messaging/kafka/topics.js';
import { eventOf, until, world } from '../messaging/support.js';
import { hasKafka, startBroker } from '../support/kafka.js';
import { commandMessage, otherSide, RecordingInbox, settingsFor, startMessaging } from './support.js';

let brokers: string[];
beforeAll(async () => {
  if (hasKafka) ({ brokers } = await startBroker());
}, 360_000);

/** A service at work, and somebody who may delete its topics. */
async function atWork() {
  const settings = settingsFor(brokers, { partitions: 1 });
  const home = await world();
  const messaging = startMessaging(home, settings);
  const inbox = new RecordingInbox();
  messaging.consume(inbox);
  await until(() => messaging.status().ok, 'joined');
  const side = otherSide(settings);
  await side.send(commandMessage('before'));
  await until(async () => inbox.commands.length === 1 && (await side.committed()) === 1, 'at work');
  const admin = side.kafka.admin();
  await admin.connect();
  onTestFinished(() => admin.disconnect());
  const reason = (): string => (messaging.status() as { reason?: string }).reason ?? '';
  const write = async (n: number): Promise<void> => {
    await insertEvents(home.db, [eventOf(randomUUID(), n)], new Date());
    home.wake.notify('event');
  };
  return { settings, messaging, inbox, side, admin, reason, write };
}

describe.skipIf(!hasKafka)('a topic that somebody deletes under the service', { timeout: 300_000 }, () => {
  it('of events is named and made again, and what was not published yet comes there', async () => {
    const { messaging, inbox, side, admin, reason, write } = await atWork();
    await admin.deleteTopics({ topics: [side.topics.events] });
    await write(1);
    await until(() => reason().includes(side.topics.events), 'it is said');
    await until(() => side.hasTopics(), 'made again');
    const seen = await side.follow(side.topics.events);
    await until(() => seen.length > 0, 'the event');
    await until(() => messaging.status().ok, 'well again');
    await side.send(commandMessage('after'));
    await until(() => inbox.commands.length === 2, 'commands go on');
  });

  it('of commands is named, events go on, and commands too when it has been made again', async () => {
    const { settings, messaging, inbox, side, admin, reason, write } = await atWork();
    await admin.deleteTopics({ topics: [side.topics.commands] });
    await until(() => reason().includes(side.topics.commands), 'it is said');
    await expect(messaging.commandLag()).rejects.toThrow(side.topics.commands);
    await write(1);
    const seen = await side.follow(side.topics.events);
    await until(() => seen.length > 0, 'the event');
    await ensureTopics(admin, settings);
    await side.send(commandMessage('after'));
    await until(() => inbox.commands.some(({ id }) => id === 'after'), 'taken');
    await until(() => messaging.status().ok, 'well again');
  });
});
