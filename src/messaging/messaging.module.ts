import { randomUUID } from 'node:crypto';
import type {
  BeforeApplicationShutdown,
  DynamicModule,
  OnApplicationBootstrap,
  OnModuleDestroy,
} from '@nestjs/common';
import { Module } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { Database } from '../database/database.js';
import { Wake } from '../database/wake.js';
import { Feed } from './feed.js';
import type { KafkaSettings } from './kafka/settings.js';
import { Messaging } from './messaging.js';

export interface MessagingModuleOptions {
  /** null: no broker. */
  readonly kafka: KafkaSettings | null;
  /** True on the embedded database, which one process holds. */
  readonly soleProcess: boolean;
}

/**
 * `Feed` and `Messaging` for all rooms. Intake stops in the first hook of a shutdown, the relay in the second, when
 * the engine has written its last events; the database is closed in the third.
 */
@Module({})
export class MessagingModule implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown {
  constructor(private readonly messaging: Messaging) {}

  static for(options: MessagingModuleOptions): DynamicModule {
    return {
      module: MessagingModule,
      global: true,
      providers: [
        {
          provide: Messaging,
          inject: [Database, Wake, PinoLogger],
          useFactory: (db: Database, wake: Wake, log: PinoLogger) =>
            new Messaging(db, wake, log.logger.child({ room: 'messaging' }), {
              ...options,
              owner: randomUUID(),
              monotonicMs: () => performance.now(),
              now: () => new Date(),
              random: Math.random,
            }),
        },
        { provide: Feed, inject: [Messaging], useFactory: (messaging: Messaging) => messaging.feed },
      ],
      exports: [Messaging, Feed],
    };
  }

  onApplicationBootstrap(): void {
    this.messaging.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.messaging.stopIntake();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.messaging.stop();
  }
}
