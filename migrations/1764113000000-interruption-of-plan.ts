import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How long the service is expected to be interrupted when the plan is carried out; null in plans of before it was said. */
export class InterruptionOfPlan1764113000000 implements MigrationInterface {
  readonly name = 'InterruptionOfPlan1764113000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE plan ADD COLUMN interruption jsonb`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE plan DROP COLUMN interruption`);
  }
}
