// The same calls with nothing durable: what no engine can pass.
import { Refused, stepCount } from './calls.mjs';

export async function start({ calls }) {
  return {
    async run(id, undone) {
      let step = 1;
      try {
        for (; step <= stepCount; step += 1) await calls.apply(id, step, undone);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        for (step -= 1; step >= 1; step -= 1) await calls.revert(id, step);
      }
    },
    stop: async () => undefined,
  };
}
