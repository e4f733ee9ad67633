/**
 * Takes what is due: $1 epoch, $2 how many at most, $3 kinds and $4 step names this process knows, $5 what is in hand.
 * SKIP LOCKED, so that replicas never queue behind each other; only a live lease may claim.
 */
export const claim = `
WITH me AS (
  SELECT epoch FROM worker WHERE epoch = $1 AND taken_at IS NULL AND lease_until > clock_timestamp()
), due AS (
  SELECT id FROM operation
  WHERE owner IS NULL AND due_at <= clock_timestamp() AND kind = ANY ($3) AND step_names <@ $4 AND id <> ALL ($5)
  ORDER BY due_at LIMIT $2
  FOR UPDATE SKIP LOCKED
)
UPDATE operation o SET owner = me.epoch
FROM due, me WHERE o.id = due.id
RETURNING o.id, o.started_at IS NOT NULL AS begun`;

/**
 * When the next operation that nobody owns is due, in ms from now; one index probe. What is overdue is left out: it was not
 * claimed because this process does not know its kind, and must not make it look again and again.
 */
export const nextDue = `
SELECT extract(epoch FROM (due_at - clock_timestamp())) * 1000 AS in_ms
FROM operation WHERE owner IS NULL AND due_at > clock_timestamp() ORDER BY due_at LIMIT 1`;

/** $1 own epoch: owned operations somebody has asked something of. */
export const requests = `
SELECT id, version, requested_verb FROM operation WHERE owner = $1 AND requested_verb IS NOT NULL`;

/**
 * $1 own epoch, $2 what is in hand, $3 lease in ms: what is ours but in nobody's hand, since the answer of a claim or of its
 * loading was lost. A drive that was thrown away may have left a call in the air.
 */
export const freeStrays = `
UPDATE operation SET owner = NULL, due_at = clock_timestamp(),
  calls_until = GREATEST(calls_until, clock_timestamp() + $3 * interval '1 millisecond')
WHERE owner = $1 AND id <> ALL ($2::uuid[])`;
