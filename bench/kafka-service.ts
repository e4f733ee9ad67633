// The service as it starts, but for one thing: an onboarding is the saga that all engines of this bench carry out.
// kafka-service.mjs <URL of the target>. Its settings come by the environment, as always. Prints `ready <URL>`
// when it takes commands in.
import 'reflect-metadata';
import { setTimeout as delay } from 'node:timers/promises';
import { AppModule } from '../src/app.module.js';
import { loadConfig } from '../src/config/load-config.js';
import { openDatabase } from '../src/database/open-database.js';
import { createHttpApp } from '../src/http/create-http-app.js';
import { Messaging } from '../src/messaging/messaging.js';
import { Sagas, type Saga } from '../src/saga/saga.js';
import { Register, WriteStep } from './ours-engine.js';
import { makeCalls, stepCount } from './peers/calls.mjs';

const config = loadConfig(process.env);
const database = await openDatabase(config.database, (error) => {
  throw error;
});
const app = await createHttpApp(
  AppModule.for({ config, databaseUrl: database.url, soleProcess: false, targets: config.targets ?? [] }),
);
const calls = makeCalls(process.argv[2] ?? '', { reading: false });
const steps = Array.from({ length: stepCount }, (_, index) => new WriteStep(index + 1, calls));
Object.assign(
  app.get(Sagas),
  new Sagas([{ kind: 'onboarding', steps: steps as unknown as Saga['steps'] }], [new Register(calls)]),
);
process.once('SIGTERM', () => void app.close().finally(() => process.exit(0)));
await app.listen(0, '127.0.0.1');
while (!app.get(Messaging).status().ok) await delay(20);
console.log(`ready ${await app.getUrl()}`);
