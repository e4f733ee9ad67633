// Ours under load, in a process of its own as its peers are: worker.mjs <options as JSON>. Prints `result <JSON>`.
import type { Load } from './peers/drive.mjs';
import { drive } from './peers/drive.mjs';
import { makeOurs, type OursOptions } from './ours-engine.js';

const options = JSON.parse(process.argv[2] ?? '{}') as OursOptions & Load;
const ours = makeOurs(options);
await ours.runner.start();
const measured = await drive((id, undone) => ours.run(id, undone), options);
await ours.stop();
console.log(`result ${JSON.stringify(measured)}`);
process.exit(0);
