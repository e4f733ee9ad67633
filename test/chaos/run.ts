import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Caller } from './caller.js';
import { Chance } from './chance.js';
import { RunDatabase } from './database.js';
import { Gateway } from './gateway.js';
import type { LostLease } from './judge.js';
import { judgeEffects, judgeFreezes, judgeTables, positionsOf } from './judge.js';
import { Life } from './life.js';
import { Platform, slots, type Slot } from './platform.js';
import { Replica } from './replica.js';
import type { Report } from './report.js';
import { calmWithinMs, lateMs, leaseMs, timeoutMs, type ChaosSettings } from './settings.js';
import { differences, slotView } from './slot-view.js';
import { Stalls } from './stalls.js';
import { Tally } from './tally.js';
import { Trouble } from './trouble.js';

/** The service as several processes on one database and one platform, used and disturbed for a while, then judged. */
export async function runChaos(settings: ChaosSettings): Promise<Report> {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'chaos-'));
  chmodSync(dir, 0o755);
  const stack: (() => Promise<void>)[] = [];
  const opened = <T>(thing: T, close: () => Promise<void>): T => {
    stack.push(close);
    return thing;
  };
  let report: Report | undefined;
  try {
    report = await play(settings, dir, opened);
    return report;
  } finally {
    for (const close of stack.reverse()) await close();
    if (!settings.keep && report?.violations.length === 0) rmSync(dir, { recursive: true, force: true });
    else console.error(`logs are in ${dir}`);
  }
}

async function play(
  settings: ChaosSettings,
  dir: string,
  opened: <T>(thing: T, close: () => Promise<void>) => T,
): Promise<Report> {
  const chance = new Chance(settings.seed);
  const tally = new Tally();
  const all = slots(settings.solutions);
  const started = await RunDatabase.start();
  const database = opened(started, () => started.remove());
  const simulator = await Platform.start(all, path.join(dir, 'platform.log'));
  const platform = opened(simulator, () => simulator.stop());
  const [gateways, replicas] = await startReplicas(settings, dir, database, platform, opened);
  const initial = await platform.world();
  const stalls = new Stalls();
  const lives = all.map((slot) => {
    const caller = new Caller(replicas, chance.branch(), tally);
    return new Life(slot, slotView(initial, slot), platform, caller, chance.branch(), tally);
  });
  const trouble = new Trouble(replicas, database, platform, chance.branch(), tally);

  const beganMs = Date.now();
  const untilMs = beganMs + settings.seconds * 1_000;
  // The last of them may need a while to come to its end, which is what is to be seen.
  const lived = Promise.all(lives.map((life) => life.run(untilMs)));
  await trouble.run(untilMs);
  await within(calmWithinMs * 2, lived, 'operations came to their end');
  const accepted = lives.flatMap((life) => life.accepted);
  stalls.measure(accepted);

  await settled(database);
  await Promise.all(lives.map((life) => life.leave()));
  await settled(database);
  judgeWhole(initial, await platform.world(), all, lives, tally);
  const evidence = {
    log: await platform.log(),
    positions: await positionsOf(database),
    accepted: lives.flatMap((life) => life.accepted),
    written: await database.writtenActions(),
    calls: gateways.flatMap((gateway) => gateway.effects),
    freezes: trouble.freezes,
  };
  writeFileSync(path.join(dir, 'evidence.json'), JSON.stringify(evidence));
  judgeEffects(evidence, tally);
  judgeFreezes(evidence, (replica) => lostLeases(path.join(dir, `replica-${replica}.log`)), tally);
  await judgeTables(database, tally);
  return {
    settings,
    ranMs: Date.now() - beganMs,
    tally,
    stalls,
    calls: gateways.reduce((sum, gateway) => sum + gateway.calls, 0),
    effectCalls: evidence.calls.length,
    violations: tally.violations,
  };
}

async function startReplicas(
  settings: ChaosSettings,
  dir: string,
  database: RunDatabase,
  platform: Platform,
  opened: <T>(thing: T, close: () => Promise<void>) => T,
): Promise<[Gateway[], Replica[]]> {
  const gateways: Gateway[] = [];
  const replicas: Replica[] = [];
  for (let number = 1; number <= settings.replicas; number += 1) {
    const made = await Gateway.start(number, platform.url);
    gateways.push(opened(made, () => made.stop()));
    const targets = path.join(dir, `targets-${number}.json`);
    writeFileSync(targets, JSON.stringify(targetsFile(made.url)));
    const replica = new Replica(
      number,
      environment(database.url, targets),
      path.join(dir, `replica-${number}.log`),
    );
    replicas.push(opened(replica, () => replica.stop()));
    replica.start();
  }
  while (!replicas.every(({ isUp }) => isUp)) await delay(50);
  return [gateways, replicas];
}

const environment = (databaseUrl: string, targets: string): Record<string, string> => ({
  DATABASE_URL: databaseUrl,
  TARGETS: targets,
  LEASE_MS: String(leaseMs),
  HOST: '127.0.0.1',
  PORT: '0',
  LOG_LEVEL: 'warn',
});

function targetsFile(url: string): object {
  const bridge = { driver: 'bridge', baseUrl: `${url}/bridge`, token: 'simulated-bridge' };
  const objects = { driver: 'gws', baseUrl: `${url}/api/v2`, username: 'onboarding', password: 'onboarding' };
  const target = {
    name: 'lab',
    objects,
    security: bridge,
    control: bridge,
    timeoutMs,
    lateMs,
    settleMs: 200,
    maxPerSecond: 1_000,
    baseAccessGroups: ['Ixn servers base'],
  };
  return { targets: [target] };
}

/** The relay has given every event its place. */
async function settled(database: RunDatabase): Promise<void> {
  const endMs = Date.now() + calmWithinMs;
  while (Date.now() < endMs) {
    const rows = await database.rows<{ n: number }>(
      'SELECT count(*)::int AS n FROM event WHERE cursor IS NULL',
    );
    if (rows[0]?.n === 0) return;
    await delay(200);
  }
}

async function within(ms: number, work: Promise<unknown>, what: string): Promise<void> {
  const late = new AbortController();
  const timer = delay(ms, undefined, { signal: late.signal }).then(
    () => Promise.reject(new Error(`not within ${ms / 1_000} s: ${what}`)),
    () => undefined,
  );
  await Promise.race([work, timer]);
  late.abort();
}

/** Everybody has left: the platform is what it was before the first onboarding, and nothing is left over. */
function judgeWhole(
  initial: Awaited<ReturnType<Platform['world']>>,
  final: Awaited<ReturnType<Platform['world']>>,
  all: readonly Slot[],
  lives: readonly Life[],
  tally: Tally,
): void {
  for (const slot of all) {
    if (lives.some((life) => life.slot === slot && life.isActive)) continue;
    const left = differences(slotView(final, slot), slotView(initial, slot));
    if (left.length > 0) tally.violated(`${slot.key} at the end: ${left.join('; ')}`);
  }
  const names = ({ objects }: typeof initial): Set<string> =>
    new Set(objects.map(({ type, name }) => `${type} ${name}`));
  const [before, after] = [names(initial), names(final)];
  if (lives.some(({ isActive }) => isActive)) return;
  for (const name of after) if (!before.has(name)) tally.violated(`an orphan is left at the target: ${name}`);
  for (const name of before) if (!after.has(name)) tally.violated(`gone from the target: ${name}`);
}

function lostLeases(file: string): LostLease[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.includes('the lease was taken'))
    .map((line) => JSON.parse(line) as { time: number; pid: number })
    .map(({ time, pid }) => ({ pid, atMs: time }));
}
