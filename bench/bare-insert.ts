// What intake is measured against: Fastify that inserts one row per request, and nothing else. Prints `ready <URL>`.
import Fastify from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { Database } from '../src/database/database.js';
import { makePool } from '../src/database/pool.js';

const database = new Database(makePool(process.argv[2] ?? '', 20, () => undefined));
await database.query(
  'CREATE TABLE request (id uuid PRIMARY KEY, body jsonb NOT NULL, created_at timestamptz NOT NULL)',
);
const app = Fastify();
app.post('/v1/solutions', async (request, reply) => {
  const id = uuidv7();
  await database.query('INSERT INTO request (id, body, created_at) VALUES ($1, $2, now())', [
    id,
    request.body,
  ]);
  return reply.code(202).send({ id });
});
console.log(`ready ${await app.listen({ host: '127.0.0.1', port: 0 })}`);
