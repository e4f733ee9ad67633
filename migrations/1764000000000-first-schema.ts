import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Solutions, the engine, the messages: the corridor between the three lines of docs/architecture.md. */
export class FirstSchema1764000000000 implements MigrationInterface {
  readonly name = 'FirstSchema1764000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE solution (
        id uuid CONSTRAINT solution_pk PRIMARY KEY,
        target text NOT NULL,
        tenant text NOT NULL,
        key text NOT NULL,
        state text NOT NULL,
        live boolean NOT NULL DEFAULT true,
        display_name text NOT NULL,
        version bigint NOT NULL DEFAULT 1,
        desired jsonb NOT NULL,
        observed jsonb,
        isolation text NOT NULL DEFAULT 'unverified',
        isolation_at timestamptz,
        last_operation_id uuid NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL
      );
      CREATE UNIQUE INDEX solution_live_key ON solution (target, tenant, key) WHERE live;
      CREATE INDEX solution_identity ON solution (target, tenant, key);

      CREATE TABLE claim (
        target text NOT NULL,
        resource text NOT NULL,
        solution_id uuid NOT NULL,
        CONSTRAINT claim_pk PRIMARY KEY (target, resource)
      );
      CREATE INDEX claim_solution ON claim (solution_id);

      CREATE TABLE plan (
        id uuid CONSTRAINT plan_pk PRIMARY KEY,
        digest text NOT NULL,
        desired jsonb NOT NULL,
        actions jsonb NOT NULL,
        findings jsonb NOT NULL,
        created_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL
      );
      CREATE INDEX plan_expires ON plan (expires_at);

      CREATE TABLE idempotency_key (
        caller text NOT NULL,
        method text NOT NULL,
        path text NOT NULL,
        key text NOT NULL,
        fingerprint text NOT NULL,
        operation_id uuid NOT NULL,
        created_at timestamptz NOT NULL,
        CONSTRAINT idempotency_key_pk PRIMARY KEY (caller, method, path, key)
      );
      CREATE INDEX idempotency_key_age ON idempotency_key (created_at);

      CREATE SEQUENCE worker_epoch;
      CREATE TABLE worker (
        epoch bigint CONSTRAINT worker_pk PRIMARY KEY,
        id uuid NOT NULL,
        lease_until timestamptz NOT NULL,
        started_at timestamptz NOT NULL,
        taken_at timestamptz
      );

      CREATE TABLE operation (
        id uuid CONSTRAINT operation_pk PRIMARY KEY,
        kind text NOT NULL,
        solution_id uuid NOT NULL,
        target text NOT NULL,
        tenant text NOT NULL,
        key text NOT NULL,
        state text NOT NULL,
        direction text NOT NULL DEFAULT 'forward',
        aim text NOT NULL DEFAULT 'complete',
        step_names text[] NOT NULL,
        version bigint NOT NULL DEFAULT 1,
        owner bigint,
        transition_id uuid,
        due_at timestamptz,
        calls_until timestamptz,
        schedule jsonb,
        locks_held boolean NOT NULL DEFAULT false,
        service_down boolean NOT NULL DEFAULT false,
        requested_verb jsonb,
        waiting_for jsonb,
        error jsonb,
        left_behind jsonb NOT NULL DEFAULT '[]',
        plan_id uuid,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        started_at timestamptz,
        ended_at timestamptz
      ) WITH (fillfactor = 60);
      CREATE INDEX operation_due ON operation (due_at) WHERE owner IS NULL AND due_at IS NOT NULL;
      CREATE INDEX operation_owner ON operation (owner) WHERE owner IS NOT NULL;
      CREATE INDEX operation_request ON operation (owner) WHERE requested_verb IS NOT NULL;
      CREATE UNIQUE INDEX operation_one_at_a_time ON operation (solution_id) WHERE ended_at IS NULL;
      CREATE INDEX operation_waits_for ON operation ((waiting_for ->> 'operation'))
        WHERE owner IS NULL AND due_at IS NOT NULL AND waiting_for ->> 'operation' IS NOT NULL;
      CREATE INDEX operation_place ON operation (target, tenant, id);
      CREATE INDEX operation_not_completed ON operation (state, id) WHERE state <> 'completed';
      CREATE INDEX operation_solution ON operation (solution_id, created_at);

      CREATE TABLE operation_input (
        operation_id uuid CONSTRAINT operation_input_pk PRIMARY KEY,
        desired jsonb NOT NULL,
        fingerprint text NOT NULL,
        plan_digest text,
        requested_by text NOT NULL,
        external_reference jsonb NOT NULL DEFAULT '[]',
        correlation_id text,
        causation_id text
      );
      CREATE INDEX operation_input_external_reference ON operation_input USING gin (external_reference jsonb_path_ops);

      CREATE TABLE step (
        operation_id uuid NOT NULL,
        position smallint NOT NULL,
        name text NOT NULL,
        state text NOT NULL,
        planned boolean NOT NULL DEFAULT false,
        failures integer NOT NULL DEFAULT 0,
        waits integer NOT NULL DEFAULT 0,
        first_failed_at timestamptz,
        due_at timestamptz,
        started_at timestamptz,
        ended_at timestamptz,
        findings jsonb,
        refs jsonb,
        locks text[],
        CONSTRAINT step_pk PRIMARY KEY (operation_id, position)
      ) WITH (fillfactor = 70);

      CREATE TABLE action (
        operation_id uuid NOT NULL,
        position smallint NOT NULL,
        number integer NOT NULL,
        spec jsonb NOT NULL,
        state text NOT NULL,
        ours boolean NOT NULL DEFAULT false,
        attempts integer NOT NULL DEFAULT 0,
        failures integer NOT NULL DEFAULT 0,
        waits integer NOT NULL DEFAULT 0,
        first_failed_at timestamptz,
        uncertain text,
        quiet_until timestamptz,
        underway_until timestamptz,
        held_since timestamptz,
        due_at timestamptz,
        started_at timestamptz,
        ended_at timestamptz,
        output jsonb,
        first_error jsonb,
        last_error jsonb,
        CONSTRAINT action_pk PRIMARY KEY (operation_id, position, number)
      ) WITH (fillfactor = 60);

      CREATE TABLE lock (
        name text CONSTRAINT lock_pk PRIMARY KEY,
        operation_id uuid NOT NULL,
        taken_at timestamptz NOT NULL
      );
      CREATE INDEX lock_operation ON lock (operation_id);

      CREATE TABLE event_stream (
        source_id uuid CONSTRAINT event_stream_pk PRIMARY KEY,
        sequence bigint NOT NULL DEFAULT 0
      ) WITH (fillfactor = 50);

      CREATE TABLE event (
        id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT event_pk PRIMARY KEY,
        event_id uuid NOT NULL,
        cursor bigint,
        type text NOT NULL,
        source text NOT NULL,
        subject text,
        time timestamptz NOT NULL,
        solution_id uuid,
        operation_id uuid,
        sequence bigint,
        partition_key text NOT NULL,
        correlation_id text,
        causation_id text,
        data jsonb NOT NULL
      ) WITH (fillfactor = 80);
      CREATE INDEX event_unstamped ON event (id) WHERE cursor IS NULL;
      CREATE UNIQUE INDEX event_cursor ON event (cursor) WHERE cursor IS NOT NULL;
      CREATE UNIQUE INDEX event_sequence ON event (solution_id, sequence);

      CREATE TABLE relay (
        name text CONSTRAINT relay_pk PRIMARY KEY,
        owner uuid,
        lease_until timestamptz,
        stamped bigint NOT NULL DEFAULT 0,
        published bigint NOT NULL DEFAULT 0
      );
      INSERT INTO relay (name) VALUES ('events');

      CREATE TABLE inbox (
        source text NOT NULL,
        message_id text NOT NULL,
        operation_id uuid,
        received_at timestamptz NOT NULL,
        CONSTRAINT inbox_pk PRIMARY KEY (source, message_id)
      );
      CREATE INDEX inbox_age ON inbox (received_at);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE inbox, relay, event, event_stream, lock, action, step, operation_input, operation, worker,
        idempotency_key, plan, claim, solution;
      DROP SEQUENCE worker_epoch;
    `);
  }
}
