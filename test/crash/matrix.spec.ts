import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Reference } from './kill.js';
import { killedAt, killedInCall, makeTemplate, undisturbed } from './kill.js';
import type { Scenario } from './scenarios.js';
import { scenarios } from './scenarios.js';
import type { Moment } from './witness.js';

// Two or three processes a case, five cases at once, on a machine that others use as well.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

/** `CRASH_MATRIX=full`: every time it comes to every point, and every call. Otherwise the first time for each step and direction. */
const isFull = process.env['CRASH_MATRIX'] === 'full';

const steps = ['create-account', 'link-access-group', 'provision-person', 'rebind-server'];
const aroundEffects = ['commit:before', 'commit:after', 'send:after', 'answer:before'];

/** Points of a scenario that other scenarios do not have. */
function pointsOf({ direction }: Scenario): string[] {
  const at = `@${direction}`;
  const inSteps = steps.flatMap((step) => aroundEffects.map((label) => `${label}${at}/${step}`));
  const ends = [`end:before${at}`, `end:after${at}`];
  if (direction === 'forward') {
    const once = ['accept:before', 'accept:after', 'claim:after', 'lock:before', 'lock:after', 'stamp:after'];
    return [...once, ...inSteps, ...ends];
  }
  // The last transition of an undo is its end.
  const others = inSteps.filter((point) => !/^commit.*create-account$/.test(point));
  return [...(direction === 'cancel' ? ['verb:after'] : []), ...others, ...ends];
}

/** Calls of a scenario that others do not have, as numbers in order: the first and the last of the short form. */
function callsOf({ calls: [first, last] }: Scenario): number[] {
  return isFull ? Array.from({ length: last - first + 1 }, (_, n) => first + n) : [first, last];
}
const moments: Moment[] = isFull ? ['before', 'late', 'after'] : ['late', 'after'];

let template: Awaited<ReturnType<typeof makeTemplate>>;
const references = new Map<string, Reference>();
const referenceOf = ({ name }: Scenario): Reference => {
  const reference = references.get(name);
  if (reference === undefined) throw new Error(`no reference for ${name}`);
  return reference;
};

beforeAll(async () => {
  template = await makeTemplate();
  for (const scenario of scenarios) references.set(scenario.name, await undisturbed(scenario, template.dir));
});

afterAll(() => template.remove());

describe.each(scenarios)('Killed in $name', (scenario) => {
  it('sends as many effects as the matrix below kills in', () => {
    const sent = referenceOf(scenario).points.filter((point) => point.startsWith('answer:before'));
    expect(sent).toHaveLength(scenario.calls[1] + 1);
  });

  it.concurrent.each(pointsOf(scenario))('at %s, it goes on after the next start', (point) =>
    killedAt(point, scenario, referenceOf(scenario), template.dir),
  );

  describe.each(moments)('%s the effect', (moment) => {
    it.concurrent.each(callsOf(scenario))('of call %i, it goes on after the next start', (n) =>
      killedInCall(n, moment, scenario, referenceOf(scenario), template.dir),
    );
  });

  if (isFull) {
    it('at every point, as often as it comes there, it goes on after the next start', async () => {
      const failures: string[] = [];
      const left = everyTime(referenceOf(scenario).points, scenario.direction);
      const worker = async (): Promise<void> => {
        for (let point = left.shift(); point !== undefined; point = left.shift()) {
          await killedAt(point, scenario, referenceOf(scenario), template.dir).catch((error: unknown) =>
            failures.push(`${point}: ${String(error)}`),
          );
        }
      };
      await Promise.all([worker(), worker(), worker(), worker()]);
      expect(failures).toEqual([]);
    }, 3_600_000);
  }
});

/** The second and later times; the first ones have a test each. */
function everyTime(points: readonly string[], direction: string): string[] {
  const times = new Map<string, number>();
  const all: string[] = [];
  for (const point of points) {
    const n = (times.get(point) ?? 0) + 1;
    times.set(point, n);
    if (point.includes(`@${direction}/`)) all.push(`${point}#${n}`);
  }
  return all;
}
