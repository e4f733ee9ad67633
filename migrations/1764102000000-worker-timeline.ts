import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A worker belongs to the timeline it registered on. 0: registered by a release that did not know of it. */
export class WorkerTimeline1764102000000 implements MigrationInterface {
  readonly name = 'WorkerTimeline1764102000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE worker
        ADD COLUMN timeline bigint NOT NULL DEFAULT 0,
        ADD COLUMN lease_ms bigint NOT NULL DEFAULT 0`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE worker DROP COLUMN timeline, DROP COLUMN lease_ms');
  }
}
