import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What kind of operation a plan is of, and of which solution where that one is there already; earlier plans are of onboardings. */
export class PlanOfLater1764112000000 implements MigrationInterface {
  readonly name = 'PlanOfLater1764112000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE plan
        ADD COLUMN kind text NOT NULL DEFAULT 'onboarding',
        ADD COLUMN solution_id uuid;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DELETE FROM plan WHERE kind <> 'onboarding';
      ALTER TABLE plan DROP COLUMN kind, DROP COLUMN solution_id;
    `);
  }
}
