import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { COMMANDS_SOURCE, eventType } from '../../src/messaging/event.js';
import { insertEvents } from '../../src/messaging/insert-events.sql.js';
import { eventOf, world } from './support.js';

interface Row {
  solution_id: string;
  sequence: string;
  n: number;
}

describe('insertEvents', () => {
  it('counts each solution from 1 without a gap, in the order given, while many write at once', async () => {
    const { db, pool } = await world();
    const solutions = [randomUUID(), randomUUID(), randomUUID()];
    const writers = Array.from({ length: 20 }, async (_, writer) => {
      for (let round = 0; round < 10; round++) {
        const mine = solutions.flatMap((id, i) => [
          eventOf(id, writer * 1000 + round * 10 + i),
          eventOf(id, -1),
        ]);
        const shuffled = writer % 2 === 0 ? mine : mine.toReversed();
        await db
          .transaction(async (tx) => {
            await insertEvents(tx, shuffled, new Date());
            if (round % 3 === 0) throw new Error('rolled back');
          })
          .catch((error: unknown) => expect(String(error)).toContain('rolled back'));
      }
    });
    await Promise.all(writers);
    const { rows } = await pool.query<Row>(
      `SELECT solution_id, sequence, (data->>'n')::int AS n FROM event ORDER BY id`,
    );
    expect(rows).toHaveLength(20 * 6 * solutions.length * 2);
    for (const id of solutions) {
      const own = rows.filter((row) => row.solution_id === id);
      // In order of ids, which is the order in which they are stamped.
      expect(own.map(({ sequence }) => Number(sequence))).toEqual(own.map((_, i) => i + 1));
    }
  });

  it('goes on from the last sequence and keeps the order of a batch', async () => {
    const { db, pool } = await world();
    const [a, b] = [randomUUID(), randomUUID()];
    await insertEvents(db, [eventOf(a, 1), eventOf(b, 1), eventOf(a, 2)], new Date());
    await insertEvents(db, [eventOf(b, 2), eventOf(a, 3), eventOf(b, 3)], new Date());
    const { rows } = await pool.query<Row>(
      `SELECT solution_id, sequence, (data->>'n')::int AS n FROM event ORDER BY id`,
    );
    expect(rows.map((row) => [row.solution_id, row.n])).toEqual([
      [a, 1],
      [b, 1],
      [a, 2],
      [b, 2],
      [a, 3],
      [b, 3],
    ]);
    expect(rows.every((row) => Number(row.sequence) === row.n)).toBe(true);
  });

  it('gives an event without a solution no sequence', async () => {
    const { db, pool } = await world();
    const refused = {
      type: eventType('command.refused'),
      source: COMMANDS_SOURCE,
      solutionId: null,
      operationId: null,
      partitionKey: 'lab/Environment/retail',
      correlationId: 'c-1',
      causationId: 'm-1',
      data: { code: 'forbidden' },
    };
    await insertEvents(db, [refused, refused], new Date('2026-11-23T10:00:00Z'));
    const { rows } = await pool.query(
      'SELECT source, sequence, solution_id, partition_key, correlation_id, causation_id, data, time FROM event',
    );
    expect(rows).toHaveLength(2);
    expect(rows[0]).toEqual({
      source: '/commands',
      sequence: null,
      solution_id: null,
      partition_key: 'lab/Environment/retail',
      correlation_id: 'c-1',
      causation_id: 'm-1',
      data: { code: 'forbidden' },
      time: new Date('2026-11-23T10:00:00Z'),
    });
  });
});
