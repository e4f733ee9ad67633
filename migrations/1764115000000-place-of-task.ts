import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Where a task is, so that tasks of a place are found without asking the operation of each. A process of the release before hands
 * over work without saying where, for as long as replicas are being exchanged: the trigger fills that in.
 */
export class PlaceOfTask1764115000000 implements MigrationInterface {
  readonly name = 'PlaceOfTask1764115000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE task ADD COLUMN target text, ADD COLUMN tenant text;
      DELETE FROM task t WHERE NOT EXISTS (SELECT FROM operation o WHERE o.id = t.operation_id);
      UPDATE task t SET target = o.target, tenant = o.tenant FROM operation o WHERE o.id = t.operation_id;
      ALTER TABLE task ALTER COLUMN target SET NOT NULL, ALTER COLUMN tenant SET NOT NULL;
      CREATE FUNCTION place_task() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        SELECT target, tenant INTO NEW.target, NEW.tenant FROM operation WHERE id = NEW.operation_id;
        RETURN NEW;
      END $$;
      CREATE TRIGGER task_place BEFORE INSERT ON task
        FOR EACH ROW WHEN (NEW.target IS NULL) EXECUTE FUNCTION place_task();
      CREATE INDEX task_place ON task (target, tenant, id);
      CREATE INDEX task_assignee ON task (assignee, target, tenant, id) WHERE assignee IS NOT NULL;
      DROP INDEX task_open;
      CREATE INDEX task_open ON task (target, tenant, id) WHERE closed_at IS NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX task_open;
      CREATE INDEX task_open ON task (due_at) WHERE closed_at IS NULL;
      DROP TRIGGER task_place ON task;
      DROP FUNCTION place_task();
      ALTER TABLE task DROP COLUMN target, DROP COLUMN tenant;
    `);
  }
}
