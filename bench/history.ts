import pg from 'pg';
import { Lab, median, printFigures, spread } from './lab.js';

const load = { inFlight: 256, warmMs: 2_000, undone: false, reading: false };
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

/** Copies finished operations with their steps, actions and events under new ids until there are as many as asked. */
async function multiply(url: string, finished: number): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`
      CREATE TEMP TABLE model AS SELECT row_number() OVER () AS n, id, solution_id FROM operation WHERE ended_at IS NOT NULL LIMIT ${slice};
      ANALYZE model`);
    const { rows } = await client.query<{ models: string }>('SELECT count(*) AS models FROM model');
    const models = Number(rows[0]?.models);
    for (let base = 0; base < finished; base += models) {
      await client.query(`DROP TABLE IF EXISTS copy`);
      await client.query(
        `CREATE TEMP TABLE copy AS SELECT id, solution_id,
           ('01000000-0000-7000-8000-' || lpad(to_hex(n + ${base}), 12, '0'))::uuid AS new_id,
           ('01000000-0000-7000-9000-' || lpad(to_hex(n + ${base}), 12, '0'))::uuid AS new_solution_id FROM model`,
      );
      await client.query(copyOf('operation', 'id'));
      await client.query(copyOf('operation_input', 'operation_id'));
      await client.query(copyOf('operation_progress', 'operation_id'));
      await client.query(
        'INSERT INTO event_stream (source_id, sequence) SELECT c.new_solution_id, s.sequence FROM copy c JOIN event_stream s ON s.source_id = c.solution_id',
      );
      await client.query(
        `INSERT INTO event (event_id, type, source, subject, time, solution_id, operation_id, sequence, partition_key, data)
         SELECT gen_random_uuid(), e.type, e.source, e.subject, e.time, c.new_solution_id, c.new_id, e.sequence, e.partition_key, e.data
         FROM copy c JOIN event e ON e.operation_id = c.id`,
      );
    }
    // Stamped, as the relay leaves them: what is not stamped lies in an index of its own.
    await client.query('UPDATE event SET cursor = id WHERE cursor IS NULL');
    await client.query('VACUUM (ANALYZE)');
    await client.query('CHECKPOINT');
  } finally {
    await client.end();
  }
}

/** All columns as they are, only the ids new. */
function copyOf(table: string, idColumn: string): string {
  const changed = table === 'operation' ? `, 'solution_id', c.new_solution_id` : '';
  return `INSERT INTO ${table} SELECT (jsonb_populate_record(t, jsonb_build_object('${idColumn}', c.new_id${changed}))).*
    FROM copy c JOIN ${table} t ON t.${idColumn} = c.id`;
}
