// One engine under load, in a process of its own: node run.mjs <engine> <options as JSON>. Prints `result <JSON>`.
import { makeCalls } from './calls.mjs';
import { drive } from './drive.mjs';

const [, , name, json] = process.argv;
const options = JSON.parse(json);
const { start } = await import(`./${name}.mjs`);
const calls = makeCalls(options.targetUrl, options);
const engine = await start({ ...options, calls });
const measured = await drive(engine.run, options);
await engine.stop();
await calls.close();
console.log(`result ${JSON.stringify(measured)}`);
process.exit(0);
