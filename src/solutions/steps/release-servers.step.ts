import { Injectable } from '@nestjs/common';
import type { Finding } from '../../saga/action.js';
import type { RetryPolicy } from '../../saga/retry.js';
import { defaultRetry } from '../../saga/retry.js';
import type { StepContext, StepPlan } from '../../saga/step.js';
import { Step } from '../../saga/step.js';
import { Claims } from '../ports/claims.js';
import { Targets } from '../ports/target.js';
import { interruptionFindings } from '../rules/expected-interruption.js';
import { markSection } from '../rules/outage-section.js';
import { refsOf } from '../rules/refs.js';
import type { LeavingPair } from '../rules/release.js';
import { boundOf, releaseActions, staged } from '../rules/release.js';
import { settling } from '../rules/settling.js';
import { namedBefores } from '../rules/unseen-before.js';
import type { Drivers } from '../rules/work-by-hand.js';
import type { OffboardingDesired } from '../standing.js';
import { offboardingFindings, readOffboarding } from './inspect-offboarding.step.js';
import { readLeavingPairs } from './read-leaving.js';

interface Leaving {
  readonly pairs: readonly LeavingPair[];
  readonly settleMs: number;
  readonly accountsByHand: boolean;
  readonly drivers: Drivers;
}

/** The servers get their former account back; they stay stopped, or run as they did before. */
@Injectable()
export class ReleaseServersStep extends Step<OffboardingDesired, Leaving> {
  readonly name = 'rebind-server';
  override readonly retry: RetryPolicy = { ...defaultRetry, attempts: 3, maxDelayMs: 5_000, totalMs: 60_000 };

  constructor(
    private readonly targets: Targets,
    private readonly claims: Claims,
  ) {
    super();
  }

  async observe({ call, desired, refs }: StepContext<OffboardingDesired>): Promise<Leaving> {
    const target = this.targets.get(desired.target);
    return {
      pairs: await readLeavingPairs(target, call, refsOf(refs)),
      settleMs: target.config.settleMs,
      accountsByHand: target.config.security.driver === 'manual',
      drivers: target.config,
    };
  }

  plan(
    { pairs, settleMs, accountsByHand, drivers }: Leaving,
    context: Omit<StepContext<OffboardingDesired>, 'call'>,
  ): StepPlan {
    const { standing, serverAfter, restart } = context.desired;
    const personDbid = refsOf(context.refs).person as number | null;
    const wait = settling(
      pairs.flatMap((pair) => boundOf(pair, personDbid)),
      context,
    );
    if (wait.lookAgainAfterMs !== undefined) return { actions: [], ...wait };
    const released = pairs.map((pair) =>
      releaseActions(pair, {
        personDbid,
        former: standing.servers,
        serverAfter,
        // Nobody takes over from a server that is to stay stopped.
        restart: serverAfter === 'stopped' ? { ...restart, mode: 'together' } : restart,
        settleMs,
        accountsByHand,
      }),
    );
    const actions = markSection(
      staged(released.map((one) => one.actions)),
      released.flatMap((one) => one.servers),
    );
    return {
      actions: namedBefores(actions, this.name),
      findings: [
        ...wait.findings,
        ...interruptionFindings(actions, drivers),
        ...released.flatMap((one) => one.findings),
      ],
    };
  }

  override async gate(context: StepContext<OffboardingDesired>): Promise<readonly Finding[]> {
    const target = this.targets.get(context.desired.target);
    const seen = await readOffboarding(target, this.claims, context);
    return offboardingFindings(seen, context.desired).filter(({ severity }) => severity === 'error');
  }
}
