import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What each worker can carry out and what it has found down, for the others to show; read whole, searched by nobody. */
export class Workforce1764107000000 implements MigrationInterface {
  readonly name = 'Workforce1764107000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE worker ADD COLUMN knows jsonb, ADD COLUMN targets text[], ADD COLUMN down json;`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE worker DROP COLUMN knows, DROP COLUMN targets, DROP COLUMN down;`);
  }
}
