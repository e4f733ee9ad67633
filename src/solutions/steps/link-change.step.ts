import { Injectable } from '@nestjs/common';
import type { StepContext, StepPlan } from '../../saga/step.js';
import { Step } from '../../saga/step.js';
import { Access, ObjectType } from '../ports/object-types.js';
import { Targets } from '../ports/target.js';
import { grant } from '../rules/grant.js';
import { refsOf, serversOf } from '../rules/refs.js';
import type { ChangeDesired } from '../standing.js';
import type { Entry } from './read-entries.js';
import { readEntries } from './read-entries.js';

interface Linked {
  readonly scripts: readonly Entry[];
  readonly applications: readonly Entry[];
}

/** The entries that a change adds: of the account on new Business Processes, of the Person on the applications of a new server. */
@Injectable()
export class LinkChangeStep extends Step<ChangeDesired, Linked> {
  readonly name = 'link-access-group';

  constructor(private readonly targets: Targets) {
    super();
  }

  async observe({ call, desired, refs }: StepContext<ChangeDesired>): Promise<Linked> {
    const known = refsOf(refs);
    const target = this.targets.get(desired.target);
    const of = (type: number, named: readonly { readonly name: string; readonly dbid: number }[]) =>
      named.map((one) => ({ type, ...one }));
    const [scripts, applications] = await Promise.all([
      readEntries(target, call, of(ObjectType.script, known.businessProcesses), groupOf(known.accessGroup)),
      readEntries(target, call, of(ObjectType.application, serversOf(known)), personOf(known.person)),
    ]);
    return { scripts, applications };
  }

  plan(
    { scripts, applications }: Linked,
    { desired, refs }: Omit<StepContext<ChangeDesired>, 'call'>,
  ): StepPlan {
    const { accessGroup, person } = refsOf(refs);
    const { name, accessMask } = desired.accessGroup;
    const account = { ...groupOf(accessGroup), name };
    const user = { ...personOf(person), name: desired.person.userName };
    return {
      actions: [
        ...scripts.flatMap(({ object, found }) => grant(object, account, { found, wanted: accessMask }, 1)),
        ...applications.flatMap(({ object, found }) =>
          grant(object, user, { found, wanted: Access.readAndExecute }, 1),
        ),
      ],
      findings: [],
    };
  }
}

const groupOf = (dbid: unknown) => ({ type: ObjectType.accessGroup, dbid: dbid as number });
const personOf = (dbid: unknown) => ({ type: ObjectType.person, dbid: dbid as number });
