import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'vitest';
import type { Operation } from './crash-lab.js';
import { copyFolder, CrashLab, onboard, openFolder } from './crash-lab.js';
import type { Moment } from './witness.js';
import type { Scenario } from './scenarios.js';
import type { ServiceProcess } from './service-process.js';

/** What an undisturbed run leaves and where it comes by. */
export interface Reference {
  readonly world: unknown;
  readonly effects: readonly string[];
  /** Every labelled point it came to, `<label>@<direction>/<step>`, in order. */
  readonly points: readonly string[];
}

/** A data directory with an empty, migrated database in it, to be copied. */
export async function makeTemplate(): Promise<{ dir: string; remove(): Promise<void> }> {
  const first = await CrashLab.embedded(null);
  const parent = await openFolder();
  const dir = path.join(parent, 'data');
  await (await first.start()).end('SIGTERM');
  copyFolder(first.dataDir, dir);
  await first.close();
  return { dir, remove: () => rm(parent, { recursive: true, force: true }) };
}

export async function undisturbed(scenario: Scenario, template: string): Promise<Reference> {
  const lab = await CrashLab.embedded(template);
  try {
    const file = pointsFile(lab);
    const service = await lab.start({ POINT_LOG: file });
    const { href } = await scenario.begin(lab, service);
    expect((await lab.untilDone(service, href)).state).toBe(scenario.ends);
    return {
      world: await lab.witness.world(),
      effects: await lab.witness.onceOnly(),
      points: pointsIn(file).map(({ at }) => at),
    };
  } finally {
    await lab.close();
  }
}

/** Killed at a point inside; the next start goes on. */
export async function killedAt(
  point: string,
  scenario: Scenario,
  reference: Reference,
  template: string,
): Promise<void> {
  const lab = await CrashLab.embedded(template);
  try {
    const before = await lab.witness.world();
    const victim = await lab.start({ POINT: point, POINT_LOG: pointsFile(lab) });
    await diesAt(lab, () => scenario.begin(lab, victim), victim);
    await lab.witness.letGo();
    await endsAsIfNothingHadBeen(lab, await lab.start(), scenario, reference, before);
  } finally {
    await lab.close();
  }
}

/** Killed while its n-th call is at the target. */
export async function killedInCall(
  n: number,
  moment: Moment,
  scenario: Scenario,
  reference: Reference,
  template: string,
): Promise<void> {
  const lab = await CrashLab.embedded(template);
  try {
    const before = await lab.witness.world();
    const victim = await lab.start();
    await lab.witness.hold(n, moment);
    await scenario.begin(lab, victim);
    await lab.witness.untilHeld();
    await victim.end('SIGKILL');
    await lab.witness.letGo();
    await endsAsIfNothingHadBeen(lab, await lab.start(), scenario, reference, before);
  } finally {
    await lab.close();
  }
}

/** @param begin brings about what it shall die in */
export async function diesAt(
  lab: CrashLab,
  begin: () => Promise<Operation>,
  victim: ServiceProcess,
): Promise<void> {
  // It may die before it has answered, or while it is asked how far it is.
  const begun = begin()
    .then(({ href }) => lab.untilDone(victim, href))
    .catch(() => null);
  const died = victim.ended.then(() => null);
  const first = await Promise.race([died, begun.then((operation) => operation ?? died)]);
  if (first !== null) throw new Error(`the run ended without coming there: ${JSON.stringify(first)}`);
  expect(pointsIn(pointsFile(lab)).at(-1)?.isIt, 'it died where it should').toBe(true);
}

/** The same end, every effect once, no event missing, one operation; the caller who has heard nothing asks again. */
export async function endsAsIfNothingHadBeen(
  lab: CrashLab,
  service: ServiceProcess,
  scenario: Scenario,
  reference: Reference,
  before: unknown,
): Promise<void> {
  const { href } = await onboard(service, scenario.wanted);
  const operation = await lab.untilDone(service, href);
  expect(operation.state, JSON.stringify(operation)).toBe(scenario.ends);
  expect(await lab.witness.world()).toEqual(scenario.ends === 'completed' ? reference.world : before);
  expect(await lab.witness.onceOnly()).toEqual(reference.effects);
  const sequences = await lab.sequences(service, operation.solution.id);
  expect(sequences).toEqual(sequences.map((_, index) => index + 1));
  const { items } = await service.call<{ items: unknown[] }>('GET', '/v1/operations');
  expect(items).toHaveLength(1);
}

export const pointsFile = (lab: CrashLab): string => path.join(lab.dir, 'points');

export function pointsIn(file: string): { at: string; isIt: boolean; atMs: number }[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return lines
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { at: string; isIt: boolean; atMs: number });
}
