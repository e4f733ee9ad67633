import { Injectable } from '@nestjs/common';
import type { StepContext, StepPlan } from '../../saga/step.js';
import { Step } from '../../saga/step.js';
import type { Desired } from '../desired.js';
import { ObjectType } from '../ports/object-types.js';
import { Targets } from '../ports/target.js';
import { refsOf } from '../rules/refs.js';
import { revoke } from '../rules/revoke.js';
import { namedBefores } from '../rules/unseen-before.js';
import type { Entry } from './read-entries.js';
import { readEntries } from './read-entries.js';

/** The entry of the account out of the access control list of each Business Process that leaves the solution. */
@Injectable()
export class UnlinkAccessGroupStep extends Step<Desired, readonly Entry[]> {
  readonly name = 'unlink-access-group';

  constructor(private readonly targets: Targets) {
    super();
  }

  observe({ call, desired, refs }: StepContext<Desired>): Promise<readonly Entry[]> {
    const { leaving, accessGroup } = refsOf(refs);
    const scripts = leaving.businessProcesses.map((one) => ({ type: ObjectType.script, ...one }));
    const account = { type: ObjectType.accessGroup, dbid: accessGroup as number | null };
    return readEntries(this.targets.get(desired.target), call, scripts, account);
  }

  plan(entries: readonly Entry[], { desired, refs }: Omit<StepContext<Desired>, 'call'>): StepPlan {
    const { name } = desired.accessGroup;
    const account = { type: ObjectType.accessGroup, name, dbid: refsOf(refs).accessGroup };
    const actions = entries.flatMap(({ object, found }) => revoke(object, account, found, 1));
    return { actions: namedBefores(actions, this.name), findings: [] };
  }
}
