import { backlog } from './backlog.js';
import { history } from './history.js';
import { idle } from './idle.js';
import { engines } from './lab.js';
import { intake } from './intake.js';
import { kafka } from './kafka.js';
import { latency } from './latency.js';
import { plans } from './plans.js';
import { relay } from './relay.js';
import { sagas } from './sagas.js';
import { takeover } from './takeover.js';
import { target } from './target.js';

const [, , name, ...flags] = process.argv;

/** `--repeats=3`. */
function flag(key: string, otherwise: number): number {
  const given = flags.find((candidate) => candidate.startsWith(`--${key}=`));
  return given === undefined ? otherwise : Number(given.slice(key.length + 3));
}

/** `--engines=ceiling,ours`: which take part; all when left out. */
const chosen = flags
  .find((candidate) => candidate.startsWith('--engines='))
  ?.slice('--engines='.length)
  .split(',');
const which = engines.filter((engine) => chosen?.includes(engine) ?? true);
const repeats = flag('repeats', 3);
const measureMs = flag('seconds', 5) * 1_000;

const benches: Readonly<Record<string, () => Promise<void>>> = {
  sagas: () => sagas(repeats, measureMs, which),
  latency: () => latency(repeats, measureMs),
  intake: () => intake(repeats, measureMs),
  history: () => history(repeats, measureMs, flag('finished', 1_000_000)),
  idle: () => idle(flag('seconds', 30)),
  kafka: () => kafka(repeats),
  backlog: () => backlog(flag('records', 1_000_000)),
  plans: () => plans(flag('finished', 1_000_000)),
  relay: () => relay(repeats),
  takeover: () => takeover(repeats),
  target: () => target(repeats),
};

const bench = benches[name ?? ''];
if (bench === undefined) {
  console.error(
    `npm run bench -- ${Object.keys(benches).join('|')} [--repeats=3] [--seconds=5] [--finished=1000000] [--records=1000000] [--engines=ceiling,ours]`,
  );
  process.exit(1);
}
await bench();
process.exit(0);
