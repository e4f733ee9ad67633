import { Injectable } from '@nestjs/common';
import { whereSeen } from '../../saga/by-hand.js';
import type { PlannedAction } from '../../saga/action.js';
import type { Json } from '../../saga/json.js';
import { knownAfter } from '../../saga/reference.js';
import type { StepContext, StepPlan } from '../../saga/step.js';
import { Step } from '../../saga/step.js';
import type { Desired } from '../desired.js';
import { Access, ObjectType } from '../ports/object-types.js';
import type { Target } from '../ports/target.js';
import { Targets } from '../ports/target.js';
import { entryMask, grant } from '../rules/grant.js';
import { newPersonImage } from '../rules/images.js';
import { isOwn } from '../rules/inspection.js';
import type { NameAndDbid, SolutionRefs } from '../rules/refs.js';
import { refsOf, serversOf } from '../rules/refs.js';
import { cannotTell } from '../rules/rights.js';

interface Provisioned {
  /** Nobody has the user name. */
  readonly nameIsFree: boolean;
  /** DBID of our Person, null while there is none. */
  readonly personDbid: number | null;
  /** DBIDs of the groups it is a member of. */
  readonly memberOf: readonly number[];
  /** DBID of an application → the mask of our entry in its access control list. */
  readonly masks: ReadonlyMap<number, number | null | typeof cannotTell>;
}

/** The Person the servers run as: created, in the account and the site's base groups, with Read and Execute on the applications. */
@Injectable()
export class ProvisionPersonStep extends Step<Desired, Provisioned> {
  readonly name = 'provision-person';

  constructor(private readonly targets: Targets) {
    super();
  }

  async observe({ call, desired, refs, solutionId }: StepContext<Desired>): Promise<Provisioned> {
    const target = this.targets.get(desired.target);
    const persons = await target.objects.find(call, 'person', { userName: desired.person.userName });
    const own = persons.find((person) => isOwn(person, solutionId));
    const nameIsFree = persons.length === 0;
    if (own === undefined) return { nameIsFree, personDbid: null, memberOf: [], masks: new Map() };
    const groups = await target.objects.find(call, 'accessGroup', { personDbid: own.dbid });
    const masks = await readMasks(target, call, refsOf(refs), own.dbid);
    return { nameIsFree, personDbid: own.dbid, memberOf: groups.map(({ dbid }) => dbid), masks };
  }

  plan(provisioned: Provisioned, { desired, refs }: Omit<StepContext<Desired>, 'call'>): StepPlan {
    const known = refsOf(refs);
    const person = provisioned.personDbid ?? knownAfter(this.name, 1);
    const account = { type: ObjectType.person, name: desired.person.userName, dbid: person };
    const groups: { name: string; dbid: Json }[] = [
      { name: desired.accessGroup.name, dbid: known.accessGroup },
      ...known.baseAccessGroups,
    ];
    const missing = groups.filter(
      ({ dbid }) => typeof dbid !== 'number' || !provisioned.memberOf.includes(dbid),
    );
    const actions = [
      ...(provisioned.personDbid === null ? [create(desired, known.tenantDbid)] : []),
      ...missing.map((group) => addMember(group, account)),
      ...serversOf(known).flatMap((server) => grantApplication(server, account, provisioned)),
    ];
    return {
      actions,
      findings: [],
      refs: { person },
      // As for the account: the platform refuses a second Person of this user name.
      ...(provisioned.nameIsFree ? { seen: new Map([[1, { image: null }]]) } : {}),
    };
  }
}

async function readMasks(
  { security }: Target,
  call: StepContext<Desired>['call'],
  refs: SolutionRefs,
  personDbid: number,
) {
  const servers = serversOf(refs);
  const acls = await Promise.all(
    servers.map(({ dbid }) => whereSeen(security.readAcl(call, { type: ObjectType.application, dbid }))),
  );
  return new Map(
    servers.map(({ dbid }, index) => {
      const acl = acls[index] ?? { seen: null };
      const account = { type: ObjectType.person, dbid: personDbid };
      return [dbid, 'seen' in acl ? entryMask(acl.seen, account) : cannotTell] as const;
    }),
  );
}

type Account = { readonly type: number; readonly name: string; readonly dbid: Json };

const create = ({ person }: Desired, tenantDbid: number): PlannedAction => ({
  kind: 'create',
  object: { type: ObjectType.person, name: person.userName, dbid: null },
  before: null,
  after: newPersonImage(person, tenantDbid),
  stage: 1,
});

const addMember = (
  group: { readonly name: string; readonly dbid: Json },
  account: Account,
): PlannedAction => ({
  kind: 'add-member',
  object: { type: ObjectType.accessGroup, name: group.name, dbid: group.dbid, for: account },
  before: { member: false },
  after: { member: true },
  stage: 2,
});

/** A server may open a session only as an account with Execute on its own application (facts sheet 2.5). */
const grantApplication = (
  server: NameAndDbid,
  account: Account,
  { masks }: Provisioned,
): readonly PlannedAction[] => {
  const found = masks.get(server.dbid) ?? null;
  // The Person is there already and its entry cannot be seen: verify-isolation says so.
  if (found === cannotTell) return [];
  const wanted = Access.readAndExecute;
  return grant({ type: ObjectType.application, ...server }, account, { found, wanted }, 2);
};
