import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Pauses of targets and of the whole service; what of a halted target has to go on all the same. */
export class Pauses1764104500000 implements MigrationInterface {
  readonly name = 'Pauses1764104500000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE pause (
        target text CONSTRAINT pause_pk PRIMARY KEY,
        paused boolean NOT NULL,
        actor text NOT NULL,
        reason text NOT NULL,
        changed_at timestamptz NOT NULL,
        start_label text
      );

      CREATE INDEX operation_despite_halt ON operation (target, due_at)
        WHERE owner IS NULL AND due_at IS NOT NULL
          AND (requested_verb IS NOT NULL OR (started_at IS NOT NULL AND waiting_for ->> 'halted' IS NULL));
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX operation_despite_halt;
      DROP TABLE pause;
    `);
  }
}
