import { randomUUID } from 'node:crypto';
import kafkajs from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { insertEvents } from '../../src/messaging/insert-events.sql.js';
import { ensureTopics } from '../../src/messaging/kafka/topics.js';
import type { KafkaSettings } from '../../src/messaging/kafka/settings.js';
import type { Messaging } from '../../src/messaging/messaging.js';
import { eventOf, until, world, type World } from '../messaging/support.js';
import { hasOwnBroker, secureBroker, type SecureBroker } from '../support/kafka.js';
import {
  commandMessage,
  otherSide,
  RecordingInbox,
  recordingLog,
  settingsFor,
  startMessaging,
  type OtherSide,
} from './support.js';

const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;

interface Right {
  readonly resourceType: kafkajs.AclResourceTypes;
  readonly resourceName: string;
  readonly operation: kafkajs.AclOperationTypes;
}

const toRead: readonly (readonly [what: string, of: (side: OtherSide, own: KafkaSettings) => Right])[] = [
  [
    'to read commands',
    ({ topics }) => ({
      resourceType: AclResourceTypes.TOPIC,
      resourceName: topics.commands,
      operation: AclOperationTypes.READ,
    }),
  ],
  [
    'to be of the consumer group',
    (_, { groupId }) => ({
      resourceType: AclResourceTypes.GROUP,
      resourceName: groupId,
      operation: AclOperationTypes.READ,
    }),
  ],
];

describe.skipIf(!hasOwnBroker)('a right that the broker refuses', { timeout: 300_000 }, () => {
  let broker: SecureBroker;
  beforeAll(async () => {
    broker = await secureBroker();
  }, 360_000);
  afterAll(() => broker.drop());

  /** The service signs in; the other side may do everything, and makes the rules. */
  async function place() {
    const own: KafkaSettings = settingsFor(broker.brokers, {
      ssl: { ca: broker.ca },
      sasl: { mechanism: 'scram-sha-512', ...broker.user },
    });
    const side = otherSide({ ...own, brokers: broker.plain, ssl: false, sasl: null });
    const admin = side.kafka.admin();
    await admin.connect();
    onTestFinished(() => admin.disconnect());
    await ensureTopics(admin, own);
    const rule = (right: Right, principal: string, permissionType: kafkajs.AclPermissionTypes) => ({
      ...right,
      resourcePatternType: ResourcePatternTypes.LITERAL,
      principal,
      host: '*',
      permissionType,
    });
    return {
      own,
      side,
      /** Everybody keeps all other rights. */
      refuse: (right: Right) =>
        admin.createAcls({
          acl: [
            rule({ ...right, operation: AclOperationTypes.ALL }, 'User:*', AclPermissionTypes.ALLOW),
            rule(right, `User:${broker.user.username}`, AclPermissionTypes.DENY),
          ],
        }),
      give: (right: Right) =>
        admin.deleteAcls({
          filters: [rule(right, `User:${broker.user.username}`, AclPermissionTypes.DENY)],
        }),
    };
  }

  const reasonOf = (messaging: Messaging): string => (messaging.status() as { reason?: string }).reason ?? '';

  async function write(to: World, n: number): Promise<void> {
    await insertEvents(to.db, [eventOf(randomUUID(), n)], new Date());
    to.wake.notify('event');
  }

  it('to write events is named; commands are taken meanwhile, and events come when it is given', async () => {
    const { own, side, refuse, give } = await place();
    const right = {
      resourceType: AclResourceTypes.TOPIC,
      resourceName: side.topics.events,
      operation: AclOperationTypes.WRITE,
    };
    await refuse(right);
    const home = await world();
    const { lines, log } = recordingLog('info');
    const messaging = startMessaging(home, own, log);
    const inbox = new RecordingInbox();
    messaging.consume(inbox);
    await write(home, 1);
    await until(() => /not authorised/.test(reasonOf(messaging)), 'it is said');
    expect(reasonOf(messaging)).toContain(side.topics.events);
    await side.send(commandMessage('meanwhile'));
    await until(() => inbox.commands.length > 0, 'a command is taken');
    // Once said it stands, through every new attempt.
    const attempts = (): number => lines.filter(({ msg }) => msg === 'connected to Kafka').length;
    const enough = attempts() + 3;
    await until(() => {
      expect(messaging.status().ok).toBe(false);
      return attempts() >= enough;
    }, 'it was tried again');
    await give(right);
    const seen = await side.follow(side.topics.events);
    await until(() => seen.length > 0, 'the event');
    await until(() => messaging.status().ok, 'well again');
  });

  it.each(toRead)('%s is named, and commands are taken when it is given', async (_what, of) => {
    const { own, side, refuse, give } = await place();
    const right = of(side, own);
    await refuse(right);
    const home = await world();
    const messaging = startMessaging(home, own);
    const inbox = new RecordingInbox();
    messaging.consume(inbox);
    await until(() => /not authorised/.test(reasonOf(messaging)), 'it is said');
    expect(reasonOf(messaging)).toContain(right.resourceName);
    await write(home, 1);
    const seen = await side.follow(side.topics.events);
    await until(() => seen.length > 0, 'events go out meanwhile');
    await side.send(commandMessage('waits'));
    await give(right);
    await until(() => inbox.commands.length > 0, 'the command');
    await until(() => messaging.status().ok, 'well again');
  });

  it('to set commands aside is named; the partition waits, and nothing of it is lost', async () => {
    const { own, side, refuse, give } = await place();
    const right = {
      resourceType: AclResourceTypes.TOPIC,
      resourceName: side.topics.deadLetters,
      operation: AclOperationTypes.WRITE,
    };
    await refuse(right);
    const messaging = startMessaging(await world(), own);
    const inbox = new RecordingInbox();
    messaging.consume(inbox);
    await until(() => messaging.status().ok, 'joined');
    await side.send({ key: 'k', value: 'poison' }, commandMessage('behind it', 'k'));
    await until(() => /not authorised/.test(reasonOf(messaging)), 'it is said');
    expect(reasonOf(messaging)).toContain(side.topics.deadLetters);
    await give(right);
    const letters = await side.follow(side.topics.deadLetters);
    await until(() => letters.length > 0, 'set aside');
    await until(async () => (await side.committed()) === 2, 'all done with');
    expect(new Set(inbox.commands.map(({ id }) => id))).toEqual(new Set(['behind it']));
    await until(() => messaging.status().ok, 'well again');
  });
});
