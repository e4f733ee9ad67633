import { describe, expect, it, vi } from 'vitest';
import { supportedVerbs } from '../../src/saga/verbs.js';
import { Simulation } from './simulation.js';
import type { Weather } from './weather.js';
import { fairWeather as fair } from './weather.js';

// 14,000 seeds take 30 s of processor time; a machine that others use as well may need five times as long.
vi.setConfig({ testTimeout: 240_000 });

const seeds = Number(process.env['SIMULATION_SEEDS'] ?? 2_000);
const first = Number(process.env['SIMULATION_FIRST'] ?? 1);

const weathers: Record<string, Weather> = {
  'in fair weather': fair,
  'with lost answers and late effects': { ...fair, lost: 0.3, fails: 0.1, accepted: 0.3, verb: 0.2 },
  'with crashes between any two writes': {
    ...fair,
    crash: 0.03,
    freeze: 0.03,
    lost: 0.1,
    accepted: 0.2,
    verb: 0.3,
  },
  'with everything at once': {
    ...fair,
    lost: 0.2,
    fails: 0.15,
    rejects: 0.05,
    accepted: 0.3,
    crash: 0.02,
    freeze: 0.02,
    verb: 0.3,
    rejectFinding: 0.3,
  },
  'with every verb at any moment': {
    ...fair,
    lost: 0.2,
    fails: 0.3,
    rejects: 0.05,
    accepted: 0.2,
    crash: 0.02,
    freeze: 0.02,
    everyVerb: 1,
    rejectFinding: 0.2,
  },
  'with work that only a person can do': {
    ...fair,
    lost: 0.1,
    fails: 0.1,
    rejects: 0.03,
    accepted: 0.2,
    crash: 0.03,
    freeze: 0.02,
    everyVerb: 0.7,
    rejectFinding: 0.2,
    byHand: 0.4,
  },
  'with an end that cannot be taken back': {
    ...fair,
    lost: 0.2,
    fails: 0.15,
    rejects: 0.1,
    accepted: 0.2,
    crash: 0.03,
    freeze: 0.03,
    everyVerb: 0.7,
    rejectFinding: 0.1,
    byHand: 0.1,
    irreversible: 1,
  },
};

/** Each takes effect in some of the runs. */
const wins = [...supportedVerbs].filter((verb) => verb !== 'complete-task').map((verb) => `${verb} applied`);

describe('a simulated operation', () => {
  for (const [name, weather] of Object.entries(weathers)) {
    it(`ends with everything or exactly the before-image ${name} (${seeds} seeds)`, () => {
      const states: Record<string, number> = {};
      const asked: Record<string, number> = {};
      let irreversible = 0;
      for (let seed = first; seed < first + seeds; seed += 1) {
        const run = new Simulation(seed, weather).run();
        states[run.state] = (states[run.state] ?? 0) + 1;
        if (run.irreversible) irreversible += 1;
        for (const verb of run.verbs) asked[verb] = (asked[verb] ?? 0) + 1;
        expect(run.problems, `seed ${seed} ${name}:\n${run.history.slice(0, 80).join('\n')}`).toEqual([]);
      }
      if (weather === fair) expect(states).toEqual({ completed: seeds });
      else expect(Object.keys(states).length, JSON.stringify(states)).toBeGreaterThan(1);
      if (seeds < 1_000) return;
      // What the weather is about has come about.
      if (weather.everyVerb > 0) expect(Object.keys(asked)).toEqual(expect.arrayContaining(wins));
      if (weather.byHand > 0.3) expect(asked['complete-task applied']).toBeGreaterThan(seeds / 2);
      if (weather.irreversible > 0) expect(irreversible).toBeGreaterThan(seeds / 4);
    });
  }
});
