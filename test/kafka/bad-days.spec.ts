import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { CommandInbox } from '../../src/messaging/incoming-command.js';
import type { CommandResult, IncomingCommand } from '../../src/messaging/incoming-command.js';
import { onboard, startApi } from '../api/api.js';
import {
  connectionLimit,
  diskFull,
  limitedDatabase,
  readOnly,
  statementTimeout,
} from '../database/trouble.js';
import { LocalWake, until, type World } from '../messaging/support.js';
import { hasKafka, startBroker } from '../support/kafka.js';
import { commandMessage, otherSide, settingsFor, startMessaging } from './support.js';

let brokers: string[];
beforeAll(async () => {
  if (hasKafka) ({ brokers } = await startBroker());
});

/** More often than a command that fails by itself is tried before it is set aside. */
const failuresToSee = 6;

/** The service's own inbox, and how often it could not take anything. */
class CountingInbox extends CommandInbox {
  failures = 0;

  constructor(private readonly inbox: CommandInbox) {
    super();
  }

  async handle(commands: readonly IncomingCommand[]): Promise<readonly CommandResult[]> {
    try {
      return await this.inbox.handle(commands);
    } catch (error) {
      this.failures += 1;
      throw error;
    }
  }
}

const days = [
  { name: 'full', inflict: diskFull },
  { name: 'without a free session', inflict: connectionLimit },
  { name: 'cancelling statements', inflict: statementTimeout },
  { name: 'read-only', inflict: readOnly },
];

describe.skipIf(!hasKafka).each(days)('Commands from Kafka, with a database that is $name', ({ inflict }) => {
  it('stay in their partition, none is set aside, and they are taken once when it is well again', async () => {
    const limited = await limitedDatabase();
    const api = await startApi({ databaseUrl: limited.url });
    const settings = settingsFor(brokers);
    const messaging = startMessaging({ db: api.database, wake: new LocalWake() } as World, settings);
    const inbox = new CountingInbox(api.inbox);
    messaging.consume(inbox);
    await until(() => messaging.status().ok, 'joined');
    const mend = await inflict(limited);
    onTestFinished(() => void mend().catch(() => undefined));
    const { send, committed, kafka, topics } = otherSide(settings);
    const ids = ['1', '2', '3'];
    await send(...ids.map((id) => commandMessage(id, 'lab/Environment/retail-email', onboard())));
    await until(() => inbox.failures >= failuresToSee, 'tried again and again', 60_000);
    expect(await committed()).toBe(0);
    await mend();
    await until(async () => (await committed()) === ids.length, 'taken');
    const admin = kafka.admin();
    await admin.connect();
    const dead = await admin.fetchTopicOffsets(topics.deadLetters);
    await admin.disconnect();
    expect(dead.map(({ high, low }) => Number(high) - Number(low))).toEqual(dead.map(() => 0));
    // The second and the third mean the operation that the first began.
    const { rows } = await limited.admin.query('SELECT message_id FROM inbox ORDER BY message_id');
    expect(rows).toEqual(ids.map((message_id) => ({ message_id })));
    const { rows: operations } = await limited.admin.query('SELECT state FROM operation');
    expect(operations).toEqual([{ state: 'queued' }]);
  });
});
