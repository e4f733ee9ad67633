const at = (column: string): string => `to_timestamp(x.${column} / 1000.0)`;

// Written in the transaction of the transition that causes them, after it has moved: no other fence is needed.

/** $1 JSON array. A task is where its operation is. */
export const openTasks = `
INSERT INTO task (id, operation_id, target, tenant, position, direction, stage, numbers, assignee, opened_at, due_at, looks)
SELECT x.id, x.operation_id, o.target, o.tenant, x.position, x.direction, x.stage, x.numbers, x.assignee,
  ${at('opened_at')}, ${at('due_at')}, x.looks
FROM json_to_recordset($1) AS x (
  id uuid, operation_id uuid, position smallint, direction text, stage integer, numbers integer[], assignee text,
  opened_at float8, due_at float8, looks jsonb
)
CROSS JOIN LATERAL (SELECT target, tenant FROM operation WHERE id = x.operation_id OFFSET 0) o`;

/** $1 JSON array. */
export const closeTasks = `
UPDATE task t SET closed_at = ${at('closed_at')}, outcome = x.outcome, results = x.results, evidence = x.evidence,
  reported_by = x.reported_by
FROM json_to_recordset($1) AS x (
  id uuid, closed_at float8, outcome text, results jsonb, evidence text, reported_by text
)
WHERE t.id = x.id`;

/** $1 JSON array, an element for each action: what was seen of it goes to the last task that covers it. */
export const checkTasks = `
UPDATE task t SET looks = t.looks || seen.looks
FROM (
  SELECT l.id, jsonb_object_agg(x.number::text, x.look) AS looks
  FROM json_to_recordset($1) AS x (operation_id uuid, position smallint, direction text, number integer, look jsonb)
  CROSS JOIN LATERAL (
    SELECT id FROM task
    WHERE operation_id = x.operation_id AND position = x.position AND direction = x.direction AND x.number = ANY (numbers)
    ORDER BY id DESC LIMIT 1
  ) l
  GROUP BY l.id
) seen
WHERE t.id = seen.id`;
