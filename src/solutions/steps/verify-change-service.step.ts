import { Injectable } from '@nestjs/common';
import type { StepContext } from '../../saga/step.js';
import type { Desired } from '../desired.js';
import { VerifyServiceStep } from './verify-service.step.js';

/** As after an onboarding; a dry run has nothing to look at yet, since a new server still has its former account. */
@Injectable()
export class VerifyChangeServiceStep extends VerifyServiceStep {
  override observe(context: StepContext<Desired>): ReturnType<VerifyServiceStep['observe']> {
    return context.dryRun ? Promise.resolve(null) : super.observe(context);
  }
}
