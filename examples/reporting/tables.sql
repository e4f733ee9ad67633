CREATE SCHEMA IF NOT EXISTS reporting;

-- What has been seen of each source. `events` falls behind `sequence` where something was missed.
CREATE TABLE IF NOT EXISTS reporting.source (
  source text PRIMARY KEY,
  sequence bigint NOT NULL DEFAULT 0,
  events bigint NOT NULL DEFAULT 0
);

-- Where a reader of the feed goes on. A reader of Kafka keeps its offsets at the broker.
CREATE TABLE IF NOT EXISTS reporting.position (
  reader text PRIMARY KEY,
  cursor text NOT NULL
);

CREATE TABLE IF NOT EXISTS reporting.operation (
  id uuid PRIMARY KEY,
  solution_id uuid NOT NULL,
  target text NOT NULL,
  tenant text NOT NULL,
  key text NOT NULL,
  kind text NOT NULL,
  state text NOT NULL,
  done boolean NOT NULL,
  error_code text,
  tickets text[] NOT NULL,
  created_at timestamptz NOT NULL,
  started_at timestamptz,
  ended_at timestamptz,
  updated_at timestamptz NOT NULL
);

CREATE TABLE IF NOT EXISTS reporting.outage (
  operation_id uuid NOT NULL,
  down_at timestamptz NOT NULL,
  up_at timestamptz,
  PRIMARY KEY (operation_id, down_at)
);

CREATE TABLE IF NOT EXISTS reporting.solution (
  id uuid PRIMARY KEY,
  target text NOT NULL,
  tenant text NOT NULL,
  key text NOT NULL,
  isolation text NOT NULL,
  checked_at timestamptz NOT NULL
);

CREATE TABLE IF NOT EXISTS reporting.refused (
  event_id text PRIMARY KEY,
  at timestamptz NOT NULL,
  record_key text NOT NULL,
  code text NOT NULL,
  detail text NOT NULL,
  correlation_id text
);

CREATE OR REPLACE VIEW reporting.per_day AS
SELECT to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day, target, tenant, kind,
  count(*)::int AS asked,
  count(*) FILTER (WHERE state = 'completed')::int AS completed,
  count(*) FILTER (WHERE state IN ('failed', 'cancelled', 'abandoned'))::int AS given_up,
  count(*) FILTER (WHERE NOT done)::int AS open,
  round(avg(extract(epoch FROM ended_at - started_at)) FILTER (WHERE state = 'completed'), 1) AS seconds_each,
  round(coalesce(sum(down.seconds), 0), 1) AS seconds_without_service
FROM reporting.operation
LEFT JOIN LATERAL (
  SELECT sum(extract(epoch FROM coalesce(up_at, now()) - down_at)) AS seconds
  FROM reporting.outage WHERE operation_id = operation.id
) AS down ON true
GROUP BY 1, 2, 3, 4;
