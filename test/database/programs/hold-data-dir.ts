import { EmbeddedPostgres } from '../../../src/database/embedded/embedded-postgres.js';

// Stands for a service: holds the data directory given as its argument until it is killed.
const embedded = await EmbeddedPostgres.start({ dataDir: process.argv[2] ?? '', durable: false });
console.log(`ready ${embedded.url}`);
setInterval(() => undefined, 60_000);
