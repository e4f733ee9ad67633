// Holds a site against everything that the service relies on: its GWS, its bridge and its control channel. Settings are
// the service's own (TARGETS). Read-only by default; leaves the site as it found it. docs/conformance.md
import { parseArgs } from 'node:util';
import { ConfigError } from '../dist/src/config/config-error.js';
import { loadTargets } from '../dist/src/config/load-targets.js';
import { checkConformance, NoSuchTenant } from '../dist/src/targets/conformance/conformance.js';
import { rowOf, summaryOf } from '../dist/src/targets/conformance/report.js';
import { Site } from '../dist/src/targets/conformance/site.js';

const usage = `usage: npm run conformance -- --target NAME [--scratch [--tenant NAME]] [--json]
  --target NAME  one of the targets file that TARGETS names
  --scratch      also makes marked objects of its own, and removes them
  --tenant NAME  where it makes them (Environment)
  --json         one JSON document in place of the table`;

const exitCode = { fine: 0, broken: 1, notChecked: 2, interrupted: 130 };
// npm hands Ctrl-C on to us, and the terminal has sent it already: the second of a pair is not a second wish.
const secondWishMs = 1_000;

/** Something the caller can mend: said in a sentence. */
class Stop extends Error {}

function readArguments() {
  const string = { type: 'string' };
  const flag = { type: 'boolean', default: false };
  try {
    const { values } = parseArgs({ options: { target: string, tenant: string, scratch: flag, json: flag } });
    if (values.target === undefined) throw new Error('--target is required');
    if (values.tenant !== undefined && !values.scratch) throw new Error('--tenant goes with --scratch');
    return values;
  } catch (error) {
    throw new Stop(`${error.message}\n${usage}`);
  }
}

function targetNamed(name) {
  const targets = loadTargets();
  const found = targets.find((target) => target.name === name);
  if (found !== undefined) return found;
  throw new Stop(`There is no target "${name}"; configured: ${targets.map((one) => one.name).join(', ')}.`);
}

/** The first wish ends the check, the second the process: what is made until then stays. */
function watchInterrupts() {
  let firstMs;
  const wish = () => {
    if (firstMs === undefined) {
      firstMs = Date.now();
      process.stderr.write('Interrupted: removing what was made. Once more to leave it there.\n');
    } else if (Date.now() - firstMs >= secondWishMs) {
      process.stderr.write('Left as it is: the next run names what was left behind.\n');
      process.exit(exitCode.interrupted);
    }
  };
  process.on('SIGINT', wish).on('SIGTERM', wish);
  return () => firstMs !== undefined;
}

async function main() {
  const { target, tenant, scratch, json } = readArguments();
  const site = new Site(targetNamed(target));
  const isInterrupted = watchInterrupts();
  const width = process.stdout.columns ?? 120;
  const onFact = json ? undefined : (fact) => process.stdout.write(`${rowOf(fact, width)}\n`);
  const result = await checkConformance(site, { scratch, tenant, isInterrupted, onFact });
  await site.close();
  if (json) process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  else process.stdout.write(`\n${summaryOf(result).join('\n')}\n`);
  const unusable = Object.entries(result.unusable);
  for (const [channel, why] of unusable)
    process.stderr.write(`The channel ${channel} cannot be used: ${why}\n`);
  if (result.isInterrupted) return exitCode.interrupted;
  if (unusable.length > 0) return exitCode.notChecked;
  const isFine = result.leftBehind.length === 0 && result.facts.every(({ verdict }) => verdict !== 'broken');
  return isFine ? exitCode.fine : exitCode.broken;
}

main().then(
  (code) => (process.exitCode = code),
  (error) => {
    const isTheirs = [Stop, ConfigError, NoSuchTenant].some((kind) => error instanceof kind);
    process.stderr.write(`${isTheirs ? error.message : error.stack}\n`);
    process.exit(exitCode.notChecked);
  },
);
