// Makes rows of events. Whoever calls hands them over in the order they came, as often as they came.
import { readFileSync } from 'node:fs';
import path from 'node:path';

export class Report {
  /** @param {import('pg').Pool} pool */
  constructor(pool) {
    this.pool = pool;
  }

  async prepare() {
    await this.pool.query(readFileSync(path.join(import.meta.dirname, 'tables.sql'), 'utf8'));
  }

  /** @returns {Promise<string | undefined>} the cursor where this reader of the feed goes on */
  async position(reader) {
    const { rows } = await this.pool.query('SELECT cursor FROM reporting.position WHERE reader = $1', [
      reader,
    ]);
    return rows[0]?.cursor;
  }

  /**
   * Events and the position behind them in one transaction: after a crash either both are there or neither.
   * @param {object[]} events CloudEvents
   * @param {{ reader: string, cursor: string }} [position]
   * @returns {Promise<number>} how many were new
   */
  async apply(events, position) {
    return this.#transaction(async (client) => {
      const seen = await lockSources(client, events);
      const fresh = events.filter((event) => isNew(event, seen));
      for (const event of fresh) await store(client, event);
      await saveSources(client, fresh);
      if (position !== undefined) await savePosition(client, position);
      return fresh.length;
    });
  }

  /** Operations as `GET /v1/operations` lists them, for a reader that has been away longer than events are kept. */
  async catchUp(operations) {
    await this.#transaction(async (client) => {
      for (const operation of operations) await storeOperation(client, operation);
    });
  }

  async #transaction(work) {
    const client = await this.pool.connect();
    let broken;
    try {
      await client.query('BEGIN');
      const result = await work(client);
      await client.query('COMMIT');
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch((failure) => (broken = failure));
      throw error;
    } finally {
      client.release(broken);
    }
  }
}

/** Locked in one order, so that two readers at work on the same sources (a rebalance) wait for each other. */
async function lockSources(client, events) {
  const sources = [...new Set(events.filter(isCounted).map(({ source }) => source))].sort();
  await client.query(
    'INSERT INTO reporting.source (source) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING',
    [sources],
  );
  const { rows } = await client.query(
    'SELECT source, sequence FROM reporting.source WHERE source = ANY ($1) ORDER BY source FOR UPDATE',
    [sources],
  );
  return new Map(rows.map(({ source, sequence }) => [source, BigInt(sequence)]));
}

const isCounted = ({ sequence }) => sequence !== undefined;

/** The whole rule: above the highest sequence seen of its source, or known by its id where it has none. */
function isNew(event, seen) {
  if (!isCounted(event)) return true;
  const sequence = BigInt(event.sequence);
  if (sequence <= seen.get(event.source)) return false;
  seen.set(event.source, sequence);
  return true;
}

async function saveSources(client, fresh) {
  const counted = fresh.filter(isCounted);
  await client.query(
    `UPDATE reporting.source SET sequence = new.sequence, events = source.events + new.events
     FROM (SELECT source, max(sequence) AS sequence, count(*) AS events
           FROM unnest($1::text[], $2::bigint[]) AS fresh (source, sequence) GROUP BY source) AS new
     WHERE source.source = new.source`,
    [counted.map(({ source }) => source), counted.map(({ sequence }) => sequence)],
  );
}

const savePosition = (client, { reader, cursor }) =>
  client.query(
    `INSERT INTO reporting.position (reader, cursor) VALUES ($1, $2)
     ON CONFLICT (reader) DO UPDATE SET cursor = EXCLUDED.cursor`,
    [reader, cursor],
  );

/** By the kind of its type; what is not known here is new in a later version, and is passed over. */
async function store(client, event) {
  const [, kind] = /^solution-onboarding\.(operation|step|solution|command)\./.exec(event.type) ?? [];
  if (kind === 'command') await storeRefusal(client, event);
  if (kind === 'solution') await storeSolution(client, event);
  if (kind !== 'operation' && kind !== 'step') return;
  await storeOperation(client, event.data);
  if (event.type.includes('.service-down.')) {
    await client.query(
      'INSERT INTO reporting.outage (operation_id, down_at) VALUES ($1, $2) ON CONFLICT DO NOTHING',
      [event.data.id, event.time],
    );
  }
  if (event.type.includes('.service-restored.')) {
    await client.query('UPDATE reporting.outage SET up_at = $2 WHERE operation_id = $1 AND up_at IS NULL', [
      event.data.id,
      event.time,
    ]);
  }
}

/** Each event has the whole operation as it was then, so the last one is enough. */
const storeOperation = (client, operation) =>
  client.query(
    `INSERT INTO reporting.operation VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
     ON CONFLICT (id) DO UPDATE SET state = EXCLUDED.state, done = EXCLUDED.done, error_code = EXCLUDED.error_code,
       started_at = EXCLUDED.started_at, ended_at = EXCLUDED.ended_at, updated_at = EXCLUDED.updated_at
     WHERE operation.updated_at <= EXCLUDED.updated_at`,
    [
      operation.id,
      ...['id', 'target', 'tenant', 'key'].map((name) => operation.solution[name]),
      ...['kind', 'state', 'done'].map((name) => operation[name]),
      operation.error?.code ?? null,
      operation.externalReference.map(({ name }) => name),
      ...['createdAt', 'startedAt', 'endedAt', 'updatedAt'].map((name) => operation[name]),
    ],
  );

const storeSolution = (client, { time, data }) =>
  client.query(
    `INSERT INTO reporting.solution VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (id) DO UPDATE SET isolation = EXCLUDED.isolation, checked_at = EXCLUDED.checked_at`,
    [...['id', 'target', 'tenant', 'key'].map((name) => data[name]), data.isolation.state, time],
  );

const storeRefusal = (client, event) =>
  client.query('INSERT INTO reporting.refused VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING', [
    event.id,
    event.time,
    event.partitionkey,
    event.data.code,
    event.data.detail,
    event.correlationid ?? null,
  ]);
