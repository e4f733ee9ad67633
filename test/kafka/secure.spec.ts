import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertEvents } from '../../src/messaging/insert-events.sql.js';
import type { KafkaSettings } from '../../src/messaging/kafka/settings.js';
import { hasOwnBroker, secureBroker, type SecureBroker } from '../support/kafka.js';
import { eventOf, until, world } from '../messaging/support.js';
import { commandMessage, otherSide, RecordingInbox, settingsFor, startMessaging } from './support.js';

type Sasl = NonNullable<KafkaSettings['sasl']>;

describe.skipIf(!hasOwnBroker)('a broker with TLS and sign-in', { timeout: 300_000 }, () => {
  let broker: SecureBroker;
  beforeAll(async () => {
    broker = await secureBroker();
  });
  afterAll(() => broker.drop());

  const settings = (mechanism: Sasl['mechanism'], changes: Partial<KafkaSettings> = {}) =>
    settingsFor(broker.brokers, {
      ssl: { ca: broker.ca },
      sasl: { mechanism, ...broker.user },
      ...changes,
    });

  it.each(['plain', 'scram-sha-512'] as const)('takes events and gives commands: %s', async (mechanism) => {
    const place = await world();
    const own = settings(mechanism);
    const messaging = startMessaging(place, own);
    const inbox = new RecordingInbox();
    messaging.consume(inbox);
    await until(() => messaging.status().ok, 'joined');
    await insertEvents(place.db, [eventOf(randomUUID(), 1)], new Date());
    place.wake.notify('event');
    const { send, follow, topics } = otherSide(own);
    const seen = await follow(topics.events);
    await until(() => seen.length === 1, 'the event');
    await send(commandMessage('m-1'));
    await until(() => inbox.commands.length === 1, 'the command');
    expect(inbox.commands[0]?.id).toBe('m-1');
  });

  it.each([
    ['a wrong password', /authentication|credential/i, { sasl: { password: 'wrong' } }],
    ['a certificate that nobody vouches for', /certificate|self.signed/i, { ssl: true }],
  ] as const)('is not used with %s, and the reason is said', async (_what, reason, changes) => {
    const { sasl, ...others } = { sasl: {}, ...changes };
    const own = settings('scram-sha-512', others);
    const messaging = startMessaging(await world(), {
      ...own,
      sasl: own.sasl === null ? null : { ...own.sasl, ...sasl },
    });
    const said = (): string => (messaging.status() as { reason?: string }).reason ?? '';
    await until(() => reason.test(said()), 'the reason');
    expect(messaging.status().ok).toBe(false);
  });
});
