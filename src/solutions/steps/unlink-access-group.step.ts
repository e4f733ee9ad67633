import { Injectable } from '@nestjs/common';
import type { StepContext, StepPlan } from '../../saga/step.js';
import { Step } from '../../saga/step.js';
import { ObjectType } from '../ports/object-types.js';
import { Targets } from '../ports/target.js';
import { stoodMask } from '../rules/adopted.js';
import { refsOf } from '../rules/refs.js';
import { giveBack } from '../rules/revoke.js';
import { namedBefores } from '../rules/unseen-before.js';
import type { ChangeDesired } from '../standing.js';
import type { Entry } from './read-entries.js';
import { readEntries } from './read-entries.js';

/** The entry of the account out of the access control list of each Business Process that leaves the solution. */
@Injectable()
export class UnlinkAccessGroupStep extends Step<ChangeDesired, readonly Entry[]> {
  readonly name = 'unlink-access-group';

  constructor(private readonly targets: Targets) {
    super();
  }

  observe({ call, desired, refs }: StepContext<ChangeDesired>): Promise<readonly Entry[]> {
    const { leaving, accessGroup } = refsOf(refs);
    const scripts = leaving.businessProcesses.map((one) => ({ type: ObjectType.script, ...one }));
    const account = { type: ObjectType.accessGroup, dbid: accessGroup as number | null };
    return readEntries(this.targets.get(desired.target), call, scripts, account);
  }

  plan(entries: readonly Entry[], { desired, refs }: Omit<StepContext<ChangeDesired>, 'call'>): StepPlan {
    const { name, accessMask: ours } = desired.accessGroup;
    const account = { type: ObjectType.accessGroup, name, dbid: refsOf(refs).accessGroup };
    // What leaves by a change is not to be read any more, whoever gave the right; the end of the solution gives back what was.
    const stoodBefore = 'serverAfter' in desired ? desired.standing.adopted : null;
    if (stoodBefore?.groupUnseen === true) return { actions: [], findings: [] };
    const actions = entries.flatMap(({ object, found }) =>
      giveBack(object, account, { found, stood: stoodMask(stoodBefore, object), ours }, 1),
    );
    return { actions: namedBefores(actions, this.name), findings: [] };
  }
}
