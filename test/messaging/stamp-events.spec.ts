import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import type { Queryable } from '../../src/database/database.js';
import { insertEvents } from '../../src/messaging/insert-events.sql.js';
import { stampEvents } from '../../src/messaging/stamp-events.sql.js';
import { eventOf, world } from './support.js';

interface Node {
  readonly 'Actual Rows': number;
  readonly Plans?: readonly Node[];
}

const rowsOf = (node: Node): number[] => [node['Actual Rows'], ...(node.Plans ?? []).flatMap(rowsOf)];

it('looks at no more than its range, however many events wait and whatever the planner knows', async () => {
  const place = await world();
  const owner = randomUUID();
  await place.db.query('UPDATE relay SET owner = $1', [owner]);
  const solutions = Array.from({ length: 10 }, () => randomUUID());
  for (let round = 0; round < 4; round++) {
    // As large as an operation: of small ones the whole table would be read sooner than a hundred places of it.
    const data = { text: randomUUID().repeat(40) };
    const events = Array.from({ length: 1000 }, (_, n) => eventOf(solutions[n % 10] ?? '', n, { data }));
    await insertEvents(place.db, events, new Date());
  }
  const plans: Node[] = [];
  const explaining = {
    async query(text: string, values?: unknown[]) {
      const { rows } = await place.db.query<{ 'QUERY PLAN': [{ Plan: Node }] }>(
        `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`,
        values,
      );
      plans.push(...rows.map((row) => row['QUERY PLAN'][0].Plan));
      return { rows: [], rowCount: 0 };
    },
  } as Queryable;
  await stampEvents(explaining, { owner, stamped: 0 }, 100);
  await place.db.query('ANALYZE event');
  await stampEvents(explaining, { owner, stamped: 100 }, 100);
  expect(plans).toHaveLength(2);
  for (const plan of plans) expect(Math.max(...rowsOf(plan))).toBe(100);
});
