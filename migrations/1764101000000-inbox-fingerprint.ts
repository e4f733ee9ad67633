import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a command said, so that another one under the same id is answered and not taken for a repeat. Null: taken in before. */
export class InboxFingerprint1764101000000 implements MigrationInterface {
  readonly name = 'InboxFingerprint1764101000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE inbox ADD COLUMN fingerprint text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE inbox DROP COLUMN fingerprint');
  }
}
