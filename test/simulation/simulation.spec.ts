import { describe, expect, it, vi } from 'vitest';
import { supportedVerbs } from '../../src/saga/verbs.js';
import type { Weather } from './simulation.js';
import { Simulation } from './simulation.js';

// 12,500 seeds take 20 s of processor time; a machine that others use as well may need five times as long.
vi.setConfig({ testTimeout: 240_000 });

const seeds = Number(process.env['SIMULATION_SEEDS'] ?? 2_500);
const first = Number(process.env['SIMULATION_FIRST'] ?? 1);

const fair: Weather = {
  lost: 0,
  fails: 0,
  rejects: 0,
  accepted: 0,
  crash: 0,
  freeze: 0,
  verb: 0,
  everyVerb: 0,
  rejectFinding: 0,
};
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
    lost: 0.2,
    fails: 0.15,
    rejects: 0.05,
    accepted: 0.3,
    crash: 0.02,
    freeze: 0.02,
    verb: 0.3,
    everyVerb: 0,
    rejectFinding: 0.3,
  },
  'with every verb at any moment': {
    lost: 0.2,
    fails: 0.3,
    rejects: 0.05,
    accepted: 0.2,
    crash: 0.02,
    freeze: 0.02,
    verb: 0,
    everyVerb: 1,
    rejectFinding: 0.2,
  },
};

/** Each takes effect in some of the runs. */
const wins = [...supportedVerbs].filter((verb) => verb !== 'complete-task').map((verb) => `${verb} applied`);

describe('a simulated operation', () => {
  for (const [name, weather] of Object.entries(weathers)) {
    it(`ends with everything or exactly the before-image ${name} (${seeds} seeds)`, () => {
      const states: Record<string, number> = {};
      const asked: Record<string, number> = {};
      for (let seed = first; seed < first + seeds; seed += 1) {
        const run = new Simulation(seed, weather).run();
        states[run.state] = (states[run.state] ?? 0) + 1;
        for (const verb of run.verbs) asked[verb] = (asked[verb] ?? 0) + 1;
        expect(run.problems, `seed ${seed} ${name}:\n${run.history.slice(0, 80).join('\n')}`).toEqual([]);
      }
      if (weather.everyVerb > 0 && seeds >= 1_000)
        expect(Object.keys(asked)).toEqual(expect.arrayContaining(wins));
      if (weather === fair) expect(states).toEqual({ completed: seeds });
      else expect(Object.keys(states).length, JSON.stringify(states)).toBeGreaterThan(1);
    });
  }
});
