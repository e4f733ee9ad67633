import pg from 'pg';
import { sessionSettings } from '../src/database/data-source.js';
import type { Shape } from './explaining.js';
import { Explaining } from './explaining.js';
import { fillTables, leaveUnanalysed } from './full-tables.js';
import { hotStatements } from './hot-statements.js';
import { Lab } from './lab.js';

/** How the hot statements find what they need among so many finished operations, before ANALYZE and after it, as a table. */
export async function plans(finished: number): Promise<void> {
  const lab = await Lab.start();
  try {
    await lab.withDatabase('ours', async (url) => {
      const client = new pg.Client({ connectionString: url, options: sessionSettings.options });
      await client.connect();
      try {
        await leaveUnanalysed(client);
        await fillTables(client, finished);
        const before = await shapesOf(client, finished);
        await client.query('ANALYZE');
        const after = await shapesOf(client, finished);
        print(before, after);
      } finally {
        await client.end();
      }
    });
  } finally {
    await lab.stop();
  }
}

/** The last statement of each is the one it is named after: some load first what they write. */
export async function shapesOf(client: pg.Client, finished: number): Promise<ReadonlyMap<string, Shape>> {
  const shapes = new Map<string, Shape>();
  await Explaining.prepare(client);
  for (const { name, run } of hotStatements) {
    const explaining = new Explaining(client);
    await client.query('BEGIN');
    await run(explaining, finished);
    await client.query('ROLLBACK');
    const shape = explaining.shapes.at(-1);
    if (shape !== undefined) shapes.set(name, shape);
  }
  return shapes;
}

function print(before: ReadonlyMap<string, Shape>, after: ReadonlyMap<string, Shape>): void {
  console.log('| statement | by | rows read | pages | pages before ANALYZE |');
  console.log('|---|---|---|---|---|');
  for (const [name, shape] of after) {
    const then = before.get(name);
    const same = then !== undefined && by(then) === by(shape);
    const earlier = then === undefined ? '' : same ? `${then.buffers}` : `${then.buffers}, by ${by(then)}`;
    console.log(`| ${name} | ${by(shape)} | ${shape.rows} | ${shape.buffers} | ${earlier} |`);
  }
}

const by = ({ indexes, swept }: Shape): string =>
  [...indexes.map((index) => `\`${index}\``), ...swept.map((table) => `**all of ${table}**`)].join(', ') ||
  '–';
