import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Finds who has something due, tenant by tenant, without reading what is queued behind it. */
export class ClaimInTurn1764100000000 implements MigrationInterface {
  readonly name = 'ClaimInTurn1764100000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE INDEX operation_turn ON operation (target, tenant, due_at) WHERE owner IS NULL AND due_at IS NOT NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX operation_turn;`);
  }
}
