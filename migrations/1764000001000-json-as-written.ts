import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Plans of actions and data of events are read whole and searched by nobody: as json they are kept as they were written.
 * Making jsonb of them took a quarter of the engine's commit statement (docs/performance.md). Rewrites both tables.
 */
export class JsonAsWritten1764000001000 implements MigrationInterface {
  readonly name = 'JsonAsWritten1764000001000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE action ALTER COLUMN spec TYPE json;
      ALTER TABLE event ALTER COLUMN data TYPE json;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE action ALTER COLUMN spec TYPE jsonb;
      ALTER TABLE event ALTER COLUMN data TYPE jsonb;
    `);
  }
}
