import { describe, expect, it } from 'vitest';
import type { Weather } from './simulation.js';
import { Simulation } from './simulation.js';

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
    rejectFinding: 0.3,
  },
};

describe('a simulated operation', () => {
  for (const [name, weather] of Object.entries(weathers)) {
    it(`ends with everything or exactly the before-image ${name} (${seeds} seeds)`, () => {
      const states: Record<string, number> = {};
      for (let seed = first; seed < first + seeds; seed += 1) {
        const run = new Simulation(seed, weather).run();
        states[run.state] = (states[run.state] ?? 0) + 1;
        expect(run.problems, `seed ${seed} ${name}:\n${run.history.slice(0, 80).join('\n')}`).toEqual([]);
      }
      if (weather === fair) expect(states).toEqual({ completed: seeds });
      else expect(Object.keys(states).length, JSON.stringify(states)).toBeGreaterThan(1);
    });
  }
});
