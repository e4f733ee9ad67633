import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When each active solution is looked at next, and which process is at it. */
export class Verification1764106000000 implements MigrationInterface {
  readonly name = 'Verification1764106000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE verification (
        solution_id uuid CONSTRAINT verification_pk PRIMARY KEY,
        due_at timestamptz NOT NULL,
        claimed_by uuid,
        claimed_until timestamptz,
        looked_at timestamptz,
        failures integer NOT NULL DEFAULT 0,
        last_error text
      ) WITH (fillfactor = 70);
      CREATE INDEX verification_claim ON verification (claimed_by) WHERE claimed_by IS NOT NULL;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE verification`);
  }
}
