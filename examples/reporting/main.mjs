// Keeps tables for reporting up to date with what the service says: see README.md beside this file.
import { parseArgs } from 'node:util';
import pg from 'pg';
import { readFeed } from './feed.mjs';
import { readKafka } from './kafka.mjs';
import { Report } from './report.mjs';

const usage = `usage: node examples/reporting/main.mjs --feed URL [--once] | --brokers HOST:PORT,…
         [--database postgres://…]
         [--topic solution-onboarding.events.v1] [--group reporting]`;

const { values } = parseArgs({
  options: {
    feed: { type: 'string' },
    once: { type: 'boolean', default: false },
    brokers: { type: 'string' },
    topic: { type: 'string', default: 'solution-onboarding.events.v1' },
    group: { type: 'string', default: 'reporting' },
    database: { type: 'string' },
  },
});
if ((values.feed === undefined) === (values.brokers === undefined) || (values.once && !values.feed)) {
  console.error(usage);
  process.exit(2);
}

const own = values.database === undefined ? await ownDatabase() : null;
const database = values.database ?? own.url;
const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stopping.abort());

const pool = new pg.Pool({ connectionString: database, max: 4 });
pool.on('error', (error) => console.log(`a session with the database was lost: ${error.message}`));
try {
  const report = new Report(pool);
  await report.prepare();
  console.log(`ready ${new URL(database).host}`);
  await read(report);
  console.table((await pool.query('SELECT * FROM reporting.per_day ORDER BY 1, 2, 3, 4')).rows);
} catch (error) {
  // Started again it goes on where it was, whatever it was: whoever runs it starts it again.
  if (!stopping.signal.aborted) {
    console.error(error);
    process.exitCode = 1;
  }
}
await pool.end();
await own?.stop();
process.exit();

async function read(report) {
  const { signal } = stopping;
  const told = (fresh) => console.log(`${fresh} new`);
  if (values.feed === undefined) {
    const { topic, group: groupId } = values;
    return readKafka(report, { brokers: values.brokers.split(','), topic, groupId, signal, told });
  }
  const key = process.env.REPORTING_API_KEY;
  const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
  return readFeed(report, { url: values.feed, headers, once: values.once, signal, told });
}

/** For a first try: the PostgreSQL that the service brings along, in a folder of its own. Needs `npm run build`. */
async function ownDatabase() {
  const { EmbeddedPostgres } = await import('../../dist/src/database/embedded/embedded-postgres.js');
  return EmbeddedPostgres.start({ dataDir: '.data/reporting' });
}
