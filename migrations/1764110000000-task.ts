import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Work that is handed to a person: one row for each time it is handed over. */
export class Task1764110000000 implements MigrationInterface {
  readonly name = 'Task1764110000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE task (
        id uuid CONSTRAINT task_pk PRIMARY KEY,
        operation_id uuid NOT NULL,
        position smallint NOT NULL,
        direction text NOT NULL,
        stage integer NOT NULL,
        numbers integer[] NOT NULL,
        assignee text,
        opened_at timestamptz NOT NULL,
        due_at timestamptz NOT NULL,
        looks jsonb NOT NULL DEFAULT '{}',
        closed_at timestamptz,
        outcome text,
        results jsonb,
        evidence text,
        reported_by text
      );
      CREATE INDEX task_operation ON task (operation_id, id);
      CREATE INDEX task_open ON task (due_at) WHERE closed_at IS NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE task;`);
  }
}
