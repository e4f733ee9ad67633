import { Injectable } from '@nestjs/common';
import type { StepContext, StepPlan } from '../../saga/step.js';
import { Step } from '../../saga/step.js';
import { Access, ObjectType } from '../ports/object-types.js';
import { Targets } from '../ports/target.js';
import { grant } from '../rules/grant.js';
import { refsOf, serversOf } from '../rules/refs.js';
import { cannotTell } from '../rules/rights.js';
import { namedBefores } from '../rules/unseen-before.js';
import type { ChangeDesired } from '../standing.js';
import type { Entry } from './read-entries.js';
import { readEntries } from './read-entries.js';

// Where nobody sees entries, those that the solution holds already are taken to be there.
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
    const { businessProcesses, interactionServers } = desired.standing;
    const held = interactionServers.includes(desired.interactionServer);
    const [scripts, applications] = await Promise.all([
      readEntries(target, call, of(ObjectType.script, known.businessProcesses), groupOf(known.accessGroup)),
      readEntries(target, call, of(ObjectType.application, serversOf(known)), personOf(known.person)),
    ]);
    return {
      scripts: scripts.filter(
        ({ found, object }) => found !== cannotTell || !businessProcesses.includes(object.name),
      ),
      applications: applications.filter(({ found }) => found !== cannotTell || !held),
    };
  }

  plan(
    { scripts, applications }: Linked,
    { desired, refs }: Omit<StepContext<ChangeDesired>, 'call'>,
  ): StepPlan {
    const { accessGroup, person } = refsOf(refs);
    const { name, accessMask } = desired.accessGroup;
    const account = { ...groupOf(accessGroup), name };
    const user = { ...personOf(person), name: desired.person.userName };
    const actions = [
      ...scripts.flatMap(({ object, found }) => grant(object, account, { found, wanted: accessMask }, 1)),
      ...applications.flatMap(({ object, found }) =>
        grant(object, user, { found, wanted: Access.readAndExecute }, 1),
      ),
    ];
    return { actions: namedBefores(actions, this.name), findings: [] };
  }
}

const groupOf = (dbid: unknown) => ({ type: ObjectType.accessGroup, dbid: dbid as number });
const personOf = (dbid: unknown) => ({ type: ObjectType.person, dbid: dbid as number });
