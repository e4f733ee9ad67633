import { expect, it } from 'vitest';
import { bank, onboard, startApi } from './api.js';

const other = (number: number, changes: Record<string, unknown> = {}) =>
  onboard({
    key: `solution-${number}`,
    interactionServer: `Server ${number}`,
    businessProcesses: [`Process ${number}`],
    ...changes,
  });

it('accepts requests that arrive together, each with its own solution, claims, operation and event', async () => {
  const api = await startApi();
  const numbers = Array.from({ length: 40 }, (_, number) => number);
  const answers = await Promise.all(
    numbers.map((number) => api.http.post('/v1/solutions').send(other(number))),
  );
  expect(answers.map(({ status }) => status)).toEqual(numbers.map(() => 202));
  expect(answers.map(({ body }) => (body as { solution: { key: string } }).solution.key)).toEqual(
    numbers.map((number) => `solution-${number}`),
  );
  const { rows } = await api.database.query<{ key: string; claims: string; sequence: string }>(
    `SELECT s.key, (SELECT count(*) FROM claim c WHERE c.solution_id = s.id) AS claims, e.sequence
     FROM solution s JOIN operation o ON o.id = s.last_operation_id AND o.solution_id = s.id
     JOIN operation_input i ON i.operation_id = o.id AND i.desired ->> 'key' = s.key
     JOIN event e ON e.operation_id = o.id AND e.solution_id = s.id`,
  );
  expect(rows.map((row) => row.key).sort()).toEqual(numbers.map((number) => `solution-${number}`).sort());
  expect(new Set(rows.map((row) => `${row.claims} ${row.sequence}`))).toEqual(new Set(['2 1']));
  const { rows: transactions } = await api.database.query('SELECT DISTINCT xmin::text FROM solution');
  expect(transactions.length).toBeLessThan(numbers.length);
});

it('refuses what clashes within a batch and with what is there, and nothing else of the batch', async () => {
  const api = await startApi();
  await api.http.post('/v1/solutions').send(bank()).expect(202);
  const bodies = [
    other(1),
    other(2),
    other(3, { interactionServer: 'Server 2' }),
    other(1, { displayName: 'another wish' }),
    bank({ key: 'thief' }),
    other(4),
  ];
  const answers = await Promise.all(bodies.map((body) => api.http.post('/v1/solutions').send(body)));
  expect(answers.filter(({ status }) => status === 202)).toHaveLength(3);
  expect(
    answers
      .filter(({ status }) => status !== 202)
      .map(({ body }) => (body as { code: string }).code)
      .sort(),
  ).toEqual(['operation-in-progress', 'resource-claimed', 'resource-claimed']);
  const { rows } = await api.database.query(
    'SELECT 1 FROM solution s JOIN operation o ON o.solution_id = s.id JOIN event e ON e.operation_id = o.id',
  );
  expect(rows).toHaveLength(4);
});

it('answers the same operation to equal requests of a batch with one key', async () => {
  const api = await startApi();
  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, number) =>
      api.http
        .post('/v1/solutions')
        .set('idempotency-key', `ticket-${number % 3}`)
        .send(other(number % 3)),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 202));
  expect(new Set(answers.map(({ body }) => (body as { id: string }).id)).size).toBe(3);
});
