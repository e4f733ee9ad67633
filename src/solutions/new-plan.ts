import type { TargetConfig } from '../config/target-config.js';
import type { SagaPlan } from '../saga/plan-saga.js';
import { actionViews } from './plan-view.js';
import type { NewPlan } from './queries/sql/plans.sql.js';
import { expectedInterruption } from './rules/expected-interruption.js';

/** A plan as it is kept, of a dry run or of an operation. @param config of the target it was made for */
export const newPlan = (
  of: Pick<NewPlan, 'id' | 'kind' | 'solutionId' | 'desired'>,
  { actions, digest, findings }: SagaPlan,
  config: TargetConfig,
): NewPlan => ({
  ...of,
  digest,
  actions: actionViews(actions, config),
  findings,
  interruption: expectedInterruption(actions, config),
});
