import { Logger, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { dataSourceOptions, type Entities } from './data-source.js';
import { Database } from './database.js';
import { makePool } from './pool.js';
import { PgWake } from './pg-wake.js';
import { Wake } from './wake.js';

// Two commits in flight, the relay, the API and the polls; PostgreSQL's default allows 100 in all.
const maxConnections = 20;

export interface DatabaseModuleOptions {
  /** Of a database that is there and migrated: see open-database.ts. */
  readonly url: string;
  readonly entities?: Entities;
}

/**
 * `Database`, `Wake` and TypeORM's `DataSource` for all rooms. The sessions are closed in Nest's last hook: whoever uses
 * them has to stop in `onModuleDestroy` or `beforeApplicationShutdown`.
 */
@Module({})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(
    private readonly database: Database,
    private readonly wake: PgWake,
  ) {}

  static for(options: DatabaseModuleOptions): DynamicModule {
    const log = new Logger(Database.name);
    const { url } = options;
    return {
      module: DatabaseModule,
      global: true,
      imports: [TypeOrmModule.forRoot({ ...dataSourceOptions(url, options.entities), retryAttempts: 0 })],
      providers: [
        {
          provide: Database,
          useFactory: () =>
            new Database(
              makePool(url, maxConnections, (error) => log.warn(`A session was lost: ${error.message}`)),
            ),
        },
        {
          provide: PgWake,
          useFactory: async () => {
            const wake = new PgWake(url);
            await wake.start();
            return wake;
          },
        },
        { provide: Wake, useExisting: PgWake },
      ],
      exports: [Database, Wake, TypeOrmModule],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.wake.stop();
    await this.database.pool.end();
  }
}
