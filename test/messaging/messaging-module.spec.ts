import type { OnModuleDestroy } from '@nestjs/common';
import { Injectable } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { LoggerModule } from 'nestjs-pino';
import pg from 'pg';
import { randomUUID } from 'node:crypto';
import { expect, it, onTestFinished } from 'vitest';
import { DatabaseModule } from '../../src/database/database.module.js';
import { Database } from '../../src/database/database.js';
import { Wake } from '../../src/database/wake.js';
import { Feed } from '../../src/messaging/feed.js';
import { insertEvents } from '../../src/messaging/insert-events.sql.js';
import { MessagingModule } from '../../src/messaging/messaging.module.js';
import { CommandInbox } from '../../src/messaging/incoming-command.js';
import { CommandsConsumer } from '../../src/solutions/commands.consumer.js';
import { freshDatabase } from '../support/postgres.js';
import { RecordingInbox } from '../kafka/support.js';
import { eventOf } from './support.js';

/** Stands for the engine: its last events are written in the first hook of a shutdown. */
@Injectable()
class LastWriter implements OnModuleDestroy {
  constructor(private readonly db: Database) {}

  async onModuleDestroy(): Promise<void> {
    await insertEvents(this.db, [eventOf(randomUUID(), 2)], new Date());
  }
}

it('relays from the start of the application to its end, and hands the relay over before the database closes', async () => {
  const database = await freshDatabase();
  onTestFinished(() => database.drop());
  const module = await Test.createTestingModule({
    imports: [
      LoggerModule.forRoot({ pinoHttp: { level: 'silent' } }),
      DatabaseModule.for({ url: database.url }),
      MessagingModule.for({ kafka: null, soleProcess: false }),
    ],
    providers: [LastWriter, CommandsConsumer, { provide: CommandInbox, useClass: RecordingInbox }],
  }).compile();
  const app = module;
  await app.init();
  await insertEvents(app.get(Database), [eventOf(randomUUID(), 1)], new Date());
  app.get(Wake).notify('event');
  const page = await app.get(Feed).read({ limit: 10, waitMs: 20_000 });
  expect(page.events.map(({ data }) => data)).toEqual([{ n: 1 }]);
  const waiting = app.get(Feed).read({ after: page.next, limit: 10, waitMs: 600_000 });
  await app.close();
  await waiting;
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const { rows } = await client.query('SELECT owner FROM relay');
  await client.end();
  expect(rows).toEqual([{ owner: null }]);
});
