import { expect, it } from 'vitest';
import type { Queryable } from '../database/database.js';
import type { StepState } from '../saga/position.js';
import { newOperation } from '../saga/testing/given.js';
import { SolutionEnds } from './solution-ends.js';

/** The isolation that is written for an onboarding which has completed. */
async function isolationAfter(verified: StepState): Promise<unknown> {
  const made = newOperation(['inspect-target', 'verify-service'], { state: 'completed' });
  const steps = made.steps.map(
    (step) => ({ ...step, state: step.position === 0 ? 'done' : verified }) as const,
  );
  const desired = { target: 'lab', tenant: 'e', key: 'k', interactionServer: 'a', businessProcesses: ['b'] };
  const position = { ...made, steps, input: { ...made.input, desired } };
  let written: unknown[] = [];
  const query = (_: unknown, values: unknown[]) => {
    written = values;
    return Promise.resolve({ rows: [] });
  };
  await new SolutionEnds().apply({ query } as unknown as Queryable, [{ position, state: 'completed' }]);
  return (written[4] as unknown[])[0];
}

it('calls the isolation verified only when the last step has looked, not when a person left it out', async () => {
  expect(await isolationAfter('done')).toBe('verified');
  expect(await isolationAfter('skipped')).toBe('unverified');
});
