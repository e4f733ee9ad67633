import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who has to agree, or has agreed, to which plan; a plan that an operation waits to have approved is kept. */
export class Approval1764105000000 implements MigrationInterface {
  readonly name = 'Approval1764105000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE operation ADD COLUMN approval jsonb;
      CREATE INDEX operation_approval ON operation ((approval ->> 'planId'))
        WHERE approval IS NOT NULL AND ended_at IS NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX operation_approval;
      ALTER TABLE operation DROP COLUMN approval;
    `);
  }
}
