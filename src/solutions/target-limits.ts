import { Injectable } from '@nestjs/common';
import type { ActionKind } from '../saga/action.js';
import { TargetLimits } from '../saga/saga.js';
import type { TaskTerms } from '../saga/task.js';
import { Targets } from './ports/target.js';
import { taskTerms } from './tasks/task-terms.js';

/** More calls of one operation in the air at once would leave nothing to the others of the same target. */
const maxParallel = 8;

/** The limits the engine keeps, from the targets file. */
@Injectable()
export class TargetLimitsFromConfig extends TargetLimits {
  constructor(private readonly targets: Targets) {
    super();
  }

  override names(): readonly string[] {
    return this.targets.names();
  }

  override of(target: string): ReturnType<TargetLimits['of']> {
    const { config } = this.targets.get(target);
    const { timeoutMs, lateMs, maxConcurrent } = config;
    const task = (kinds: readonly ActionKind[]): TaskTerms => taskTerms(config, kinds);
    return { timeoutMs, lateMs, parallel: Math.min(maxParallel, maxConcurrent), task };
  }
}
