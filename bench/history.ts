import pg from 'pg';
import { Lab, median, printFigures, spread } from './lab.js';

const load = { inFlight: 256, warmMs: 5_000, undone: false, reading: false };
/** Rows are copied from operations that really ran, in slices, so that no statement runs for minutes. */
const slice = 10_000;

/** Sagas a second with many finished operations in the tables, against empty tables. */
export async function history(repeats: number, measureMs: number, finished: number): Promise<void> {
  const lab = await Lab.start();
  try {
    await lab.withDatabase('ours', async (full) => {
      await lab.measureOn(full, 'ours', { ...load, warmMs: 0, measureMs: 2_000 }, 0);
      await multiply(full, finished);
      const onEmpty: number[] = [];
      const onFull: number[] = [];
      for (let repeat = 0; repeat < repeats; repeat += 1) {
        onEmpty.push((await lab.measure('ours', { ...load, measureMs }, 0)).perSecond);
        onFull.push((await lab.measureOn(full, 'ours', { ...load, measureMs }, 0)).perSecond);
      }
      console.log(`empty                ${spread(onEmpty)} sagas/s`);
      console.log(`${finished} finished    ${spread(onFull)} sagas/s`);
      printFigures('history', { speed_ratio: median(onFull) / median(onEmpty) });
    });
  } finally {
    await lab.stop();
  }
}

/** Copies finished operations with their progress and events under new ids until there are as many as asked. */
async function multiply(url: string, finished: number): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`
      -- No plan may walk what has been copied so far.
      SET synchronous_commit = off; SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off;
      CREATE TEMP TABLE model AS SELECT row_number() OVER () AS n, id, solution_id FROM operation WHERE ended_at IS NOT NULL LIMIT ${slice};
      ANALYZE model`);
    const { rows } = await client.query<{ models: string }>('SELECT count(*) AS models FROM model');
    const models = Number(rows[0]?.models);
    const copies = [
      await copyOf(client, 'operation', 'm.id = t.id', { id: newId('8000'), solution_id: newId('9000') }),
      await copyOf(client, 'operation_input', 'm.id = t.operation_id', { operation_id: newId('8000') }),
      await copyOf(client, 'operation_progress', 'm.id = t.operation_id', { operation_id: newId('8000') }),
      await copyOf(client, 'event_stream', 'm.solution_id = t.source_id', { source_id: newId('9000') }),
      // Stamped, as the relay leaves them: what is not stamped lies in an index of its own.
      await copyOf(client, 'event', 'm.solution_id = t.solution_id', {
        id: `nextval(pg_get_serial_sequence('event', 'id'))`,
        cursor: `currval(pg_get_serial_sequence('event', 'id'))`,
        event_id: 'gen_random_uuid()',
        operation_id: newId('8000'),
        solution_id: newId('9000'),
      }),
    ];
    for (let base = 0; base < finished; base += models) {
      for (const copy of copies) await client.query(copy, [base]);
      if (base % 100_000 < models) console.error(`${base} of ${finished}`);
    }
    await client.query('VACUUM (ANALYZE)');
    await client.query('CHECKPOINT');
  } finally {
    await client.end();
  }
}

/** $1 is how many there are so far. */
const newId = (family: string): string =>
  `('01000000-0000-7000-${family}-' || lpad(to_hex(m.n + $1::bigint), 12, '0'))::uuid`;

/** The statement that writes rows of the models again, all columns as they are but those given. */
async function copyOf(
  client: pg.Client,
  table: string,
  whose: string,
  changed: Readonly<Record<string, string>>,
): Promise<string> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT attname AS name FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''`,
    [table],
  );
  const names = rows.map(({ name }) => name);
  const values = names.map((name) => changed[name] ?? `t.${name}`);
  return `INSERT INTO ${table} (${names.join()}) OVERRIDING SYSTEM VALUE SELECT ${values.join()} FROM model m JOIN ${table} t ON ${whose}`;
}
