import type { ChaosSettings } from './settings.js';
import type { Stalls } from './stalls.js';
import type { Tally } from './tally.js';

export interface Report {
  readonly settings: ChaosSettings;
  readonly ranMs: number;
  readonly tally: Tally;
  readonly stalls: Stalls;
  readonly calls: number;
  readonly effectCalls: number;
  readonly violations: readonly string[];
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

/** For people. */
export function reportText({
  settings,
  ranMs,
  tally,
  stalls,
  calls,
  effectCalls,
  violations,
}: Report): string {
  const lines = [
    `chaos: seed ${settings.seed}, ${settings.replicas} replicas, ${settings.solutions} solutions, ${seconds(ranMs)}`,
    '',
    'what was done to it',
    ...counts(tally, ['replicas ', 'database ', 'target: ']),
    '',
    'what was asked of it',
    `  ${tally.of('operations accepted')} operations accepted`,
    ...tally.under('verb ').map(([name, n]) => `  ${n} × ${name}`),
    ...tally.under('refused ').map(([name, n]) => `  ${n} × refused for a while: ${name}`),
    `  ${tally.of('answers lost by callers')} × no answer, sent again`,
    '',
    'how operations ended',
    ...tally.under('ended ').map(([name, n]) => `  ${n} × ${name}`),
    ...tally.under('error ').map(([name, n]) => `  ${n} × error ${name}`),
    ...tally.under('parked ').map(([name, n]) => `  ${n} × parked for a while: ${name}`),
    '',
    'at the target',
    `  ${calls} calls, ${effectCalls} of them to change something, ${tally.of('effects at the target')} effects`,
    `  ${tally.of('server commands sent again')} commands to servers sent again`,
    `  ${tally.of('leases lost to others')} leases lost to others, ${tally.of('calls past the last check of a lost lease')} calls past the last check`,
    '',
    `longest stall ${seconds(stalls.longestMs)}; an operation took ${seconds(stalls.medianMs)} (median), ${seconds(stalls.slowestMs)} at most`,
    '',
    violations.length === 0 ? '0 violations' : `${violations.length} VIOLATIONS`,
    ...violations.map((violation) => `  ${violation}`),
  ];
  return lines.join('\n');
}

const counts = (tally: Tally, prefixes: readonly string[]): string[] =>
  prefixes.flatMap((prefix) => tally.under(prefix).map(([name, n]) => `  ${n} × ${prefix}${name}`));
