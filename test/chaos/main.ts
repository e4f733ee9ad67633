// npm run chaos -- --minutes N [--seed S] [--replicas N] [--solutions N] [--keep]
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { reportText } from './report.js';
import { runChaos } from './run.js';

const usage = 'usage: npm run chaos -- --minutes N [--seed S] [--replicas N] [--solutions N] [--keep]';
const string = { type: 'string' } as const;

function number(name: string, text: string | undefined, otherwise: number): number {
  const value = text === undefined ? otherwise : Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  console.error(`--${name} takes a number above 0\n${usage}`);
  process.exit(2);
}

const { values } = parseArgs({
  options: { minutes: string, seed: string, replicas: string, solutions: string, keep: { type: 'boolean' } },
});
const settings = {
  seconds: number('minutes', values.minutes, 1) * 60,
  seed: number('seed', values.seed, randomInt(1, 1_000_000)),
  replicas: number('replicas', values.replicas, 3),
  solutions: number('solutions', values.solutions, 10),
  keep: values.keep === true,
};
// Processes are ended with this one, PostgreSQL by the stack of the run: a signal must come to its end.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
console.error(`chaos: seed ${settings.seed}`);
const report = await runChaos(settings);
console.log(reportText(report));
process.exit(report.violations.length === 0 ? 0 : 1);
