// A replica to be killed: replica.mjs <options as JSON>. Prints `epoch <its worker's epoch>` and runs until it is ended.
import { makeOurs, type OursOptions } from './ours-engine.js';

const ours = makeOurs(JSON.parse(process.argv[2] ?? '{}') as OursOptions);
await ours.runner.start();
console.log(`epoch ${ours.lease.epoch}`);
