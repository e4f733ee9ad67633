import { Injectable } from '@nestjs/common';
import { TargetLimits } from '../saga/saga.js';
import { Targets } from './ports/target.js';

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

  override of(target: string): { timeoutMs: number; lateMs: number; parallel: number } {
    const { timeoutMs, lateMs, maxConcurrent } = this.targets.get(target).config;
    return { timeoutMs, lateMs, parallel: Math.min(maxParallel, maxConcurrent) };
  }
}
