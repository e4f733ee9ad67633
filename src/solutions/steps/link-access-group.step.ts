import { Injectable } from '@nestjs/common';
import { whereSeen } from '../../saga/by-hand.js';
import type { StepContext, StepPlan } from '../../saga/step.js';
import { Step } from '../../saga/step.js';
import type { Desired } from '../desired.js';
import { ObjectType } from '../ports/object-types.js';
import { Targets } from '../ports/target.js';
import { entriesAdopted } from '../rules/adopted.js';
import { named } from '../rules/finding.js';
import { entryMask, grant } from '../rules/grant.js';
import type { NameAndDbid } from '../rules/refs.js';
import { refsOf } from '../rules/refs.js';
import { cannotTell } from '../rules/rights.js';

interface Linked {
  readonly businessProcess: NameAndDbid;
  /** The mask of our entry in its access control list. */
  readonly found: number | null | typeof cannotTell;
}

/** One entry of the account in the access control list of each of its Business Processes. */
@Injectable()
export class LinkAccessGroupStep extends Step<Desired, readonly Linked[]> {
  readonly name = 'link-access-group';

  constructor(private readonly targets: Targets) {
    super();
  }

  async observe({ call, desired, refs }: StepContext<Desired>): Promise<readonly Linked[]> {
    const { businessProcesses, accessGroup } = refsOf(refs);
    const { security } = this.targets.get(desired.target);
    return Promise.all(
      businessProcesses.map(async (businessProcess) => {
        // A group that is created by this operation is in no list yet: DBIDs are never used again.
        if (typeof accessGroup !== 'number') return { businessProcess, found: null };
        const list = security.readAcl(call, { type: ObjectType.script, dbid: businessProcess.dbid });
        const acl = await whereSeen(list);
        const account = { type: ObjectType.accessGroup, dbid: accessGroup };
        return { businessProcess, found: 'seen' in acl ? entryMask(acl.seen, account) : cannotTell };
      }),
    );
  }

  plan(linked: readonly Linked[], { desired, refs }: Omit<StepContext<Desired>, 'call'>): StepPlan {
    const { name, accessMask } = desired.accessGroup;
    const dbid = refsOf(refs).accessGroup;
    const account = { type: ObjectType.accessGroup, name, dbid };
    const actions = linked.flatMap(({ businessProcess, found }) =>
      // The account is there already and its entries cannot be seen: verify-isolation says so, and nothing is planned.
      found === cannotTell
        ? []
        : grant({ type: ObjectType.script, ...businessProcess }, account, { found, wanted: accessMask }, 1),
    );
    if (refsOf(refs).adoptedGroup !== true) return { actions, findings: [] };
    const there = linked.flatMap(({ businessProcess: { name, dbid }, found }) =>
      typeof found === 'number' ? [{ name, dbid, accessMask: found }] : [],
    );
    const namesOf = (isAsWanted: boolean) =>
      there.filter((entry) => (entry.accessMask === accessMask) === isAsWanted).map((entry) => entry.name);
    return {
      actions,
      findings: entriesAdopted(named(account.type, name, Number(dbid)), namesOf(true), namesOf(false)),
      refs: {
        stoodOfGroup: there.map((entry) => ({
          type: ObjectType.script,
          dbid: entry.dbid,
          accessMask: entry.accessMask,
        })),
      },
    };
  }
}
