import type { MigrationInterface, QueryRunner } from 'typeorm';

const ms = (column: string): string => `extract(epoch FROM ${column})::float8 * 1000`;

/**
 * What became of steps and actions as rows that are only added to, one for each transition, in place of a row for each step
 * and each action that every transition rewrote (docs/decisions/0012-progress-is-a-log.md). What is there becomes one change
 * per operation. A process of an older release cannot write beside it: stop all of them first.
 */
export class ProgressInOneTable1764104000000 implements MigrationInterface {
  readonly name = 'ProgressInOneTable1764104000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE operation_progress (
        operation_id uuid NOT NULL,
        version bigint NOT NULL,
        change json NOT NULL,
        CONSTRAINT operation_progress_pk PRIMARY KEY (operation_id, version)
      );
      INSERT INTO operation_progress (operation_id, version, change)
      SELECT o.id, o.version, json_build_object(
        'steps', (
          SELECT coalesce(json_agg(json_build_object(
            'position', s.position, 'state', s.state, 'planned', s.planned, 'failures', s.failures, 'waits', s.waits,
            'firstFailedAtMs', ${ms('s.first_failed_at')}, 'dueAtMs', ${ms('s.due_at')},
            'startedAtMs', ${ms('s.started_at')}, 'endedAtMs', ${ms('s.ended_at')},
            'findings', coalesce(s.findings, '[]'), 'refs', coalesce(s.refs, '{}'), 'locks', coalesce(to_json(s.locks), '[]')
          ) ORDER BY s.position), '[]')
          FROM step s WHERE s.operation_id = o.id
        ),
        'actions', (
          SELECT coalesce(json_agg(json_build_object(
            'position', a.position, 'number', a.number, 'spec', a.spec, 'state', a.state, 'ours', a.ours,
            'attempts', a.attempts, 'failures', a.failures, 'waits', a.waits, 'uncertain', a.uncertain,
            'firstFailedAtMs', ${ms('a.first_failed_at')}, 'quietUntilMs', ${ms('a.quiet_until')},
            'underwayUntilMs', ${ms('a.underway_until')}, 'heldSinceMs', ${ms('a.held_since')}, 'dueAtMs', ${ms('a.due_at')},
            'startedAtMs', ${ms('a.started_at')}, 'endedAtMs', ${ms('a.ended_at')},
            'output', a.output, 'firstError', a.first_error, 'lastError', a.last_error
          ) ORDER BY a.position, a.number), '[]')
          FROM action a WHERE a.operation_id = o.id
        )
      )
      FROM operation o
      WHERE EXISTS (SELECT FROM step s WHERE s.operation_id = o.id)
        OR EXISTS (SELECT FROM action a WHERE a.operation_id = o.id);
      DROP TABLE step, action;
    `);
  }

  /** What the log says of steps and actions is lost: only an empty database can go back. */
  async down(runner: QueryRunner): Promise<void> {
    const rows = (await runner.query('SELECT 1 FROM operation_progress LIMIT 1')) as unknown[];
    if (rows.length > 0) throw new Error('operations have progress that the older schema cannot hold');
    await runner.query(`
      DROP TABLE operation_progress;
      CREATE TABLE step (
        operation_id uuid NOT NULL, position smallint NOT NULL, name text NOT NULL, state text NOT NULL,
        planned boolean NOT NULL DEFAULT false, failures integer NOT NULL DEFAULT 0, waits integer NOT NULL DEFAULT 0,
        first_failed_at timestamptz, due_at timestamptz, started_at timestamptz, ended_at timestamptz,
        findings jsonb, refs jsonb, locks text[],
        CONSTRAINT step_pk PRIMARY KEY (operation_id, position)
      ) WITH (fillfactor = 70);
      CREATE TABLE action (
        operation_id uuid NOT NULL, position smallint NOT NULL, number integer NOT NULL, spec json NOT NULL,
        state text NOT NULL, ours boolean NOT NULL DEFAULT false, attempts integer NOT NULL DEFAULT 0,
        failures integer NOT NULL DEFAULT 0, waits integer NOT NULL DEFAULT 0, first_failed_at timestamptz, uncertain text,
        quiet_until timestamptz, underway_until timestamptz, held_since timestamptz, due_at timestamptz,
        started_at timestamptz, ended_at timestamptz, output jsonb, first_error jsonb, last_error jsonb,
        CONSTRAINT action_pk PRIMARY KEY (operation_id, position, number)
      ) WITH (fillfactor = 60);
    `);
  }
}
