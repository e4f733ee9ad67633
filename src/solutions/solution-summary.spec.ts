import { expect, it } from 'vitest';
import { solutionSummary } from './solution-summary.js';

it.each([
  ['onboarding', true, 'onboarding', 'waiting-for-task', /^onboarding; its operation is waiting-for-task$/],
  ['active', true, 'onboarding', 'completed', /^active$/],
  [
    'active',
    true,
    'change',
    'cancelled',
    /^active as before; .* the change, was cancelled, as asked for, and undone$/,
  ],
  ['active', true, 'change', 'abandoned', /the change, was abandoned: .* verify it$/],
  [
    'failed',
    false,
    'onboarding',
    'cancelled',
    /^failed; its onboarding was cancelled, as asked for, and undone, and its names/,
  ],
  ['failed', false, 'onboarding', 'failed', /^failed; its onboarding failed and was undone, and its names/],
  [
    'failed',
    true,
    'onboarding',
    'abandoned',
    /^failed; its onboarding was abandoned: it keeps its names until .* DELETE$/,
  ],
  ['failed', true, 'offboarding', 'cancelled', /^failed as before; .* the offboarding, was cancelled/],
  ['offboarded', false, 'offboarding', 'completed', /^offboarded; .* taken out/],
] as const)('a solution that is %s (live: %s) after its %s %s says why', (state, live, kind, end, said) => {
  expect(solutionSummary({ state, live, operation_kind: kind, operation_state: end })).toMatch(said);
});
