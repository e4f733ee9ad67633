import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Lists find what is rare place by place, however many of the rest there are. Most operations are onboardings that were completed
 * and most solutions are active: those are in no index of a kind or a state, and cost nothing.
 * A ticket is looked for in the index of tickets alone: what waits to be put into it (up to 4 MB) was read at every look. To put
 * it in at once takes 0.013 ms an operation that has a ticket.
 * Both tables are locked at first, in the order in which commands write them: one that has written the one and waits for the other
 * would wait for us while we wait for it.
 */
export class ListsByPlace1764114000000 implements MigrationInterface {
  readonly name = 'ListsByPlace1764114000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      LOCK TABLE solution, operation IN ACCESS EXCLUSIVE MODE;
      CREATE INDEX operation_kind ON operation (kind, target, tenant, id) WHERE kind <> 'onboarding';
      CREATE INDEX operation_state ON operation (state, target, tenant, id) WHERE state <> 'completed';
      DROP INDEX operation_not_completed;
      CREATE INDEX solution_place ON solution (target, tenant, id);
      CREATE INDEX solution_key ON solution (key, target, tenant, id);
      DROP INDEX solution_identity;
      CREATE INDEX solution_state ON solution (state, target, tenant, id) WHERE state <> 'active';
      ALTER INDEX operation_input_external_reference SET (fastupdate = off);
      SELECT gin_clean_pending_list('operation_input_external_reference');
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER INDEX operation_input_external_reference RESET (fastupdate);
      DROP INDEX operation_kind, operation_state, solution_place, solution_key, solution_state;
      CREATE INDEX solution_identity ON solution (target, tenant, key);
      CREATE INDEX operation_not_completed ON operation (state, id) WHERE state <> 'completed';
    `);
  }
}
