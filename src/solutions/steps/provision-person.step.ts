import { Injectable } from '@nestjs/common';
import { whereSeen } from '../../saga/by-hand.js';
import type { Finding, PlannedAction } from '../../saga/action.js';
import type { Json } from '../../saga/json.js';
import { knownAfter } from '../../saga/reference.js';
import type { Refs, StepContext, StepPlan } from '../../saga/step.js';
import { Step } from '../../saga/step.js';
import type { Desired } from '../desired.js';
import type { PersonObject } from '../ports/config-objects.js';
import { Access, ObjectType } from '../ports/object-types.js';
import type { Target } from '../ports/target.js';
import { Targets } from '../ports/target.js';
import { markAdopted, personAdopted } from '../rules/adopted.js';
import { entryMask, grant } from '../rules/grant.js';
import { newPersonImage } from '../rules/images.js';
import { isOwn } from '../rules/inspection.js';
import type { NameAndDbid, SolutionRefs } from '../rules/refs.js';
import { refsOf, serversOf } from '../rules/refs.js';
import { cannotTell } from '../rules/rights.js';
import { adoptionRefused } from './read-adoption.js';

interface Provisioned {
  /** Nobody has the user name. */
  readonly nameIsFree: boolean;
  /** DBID of our Person, or of the one that is taken over; null while there is none. */
  readonly personDbid: number | null;
  /** It is there and not ours yet. */
  readonly adopted: PersonObject | null;
  /** Why it is not to be taken over any more. */
  readonly refused: readonly Finding[];
  /** DBIDs of the groups it is a member of. */
  readonly memberOf: readonly number[];
  /** DBID of an application → the mask of our entry in its access control list. */
  readonly masks: ReadonlyMap<number, number | null | typeof cannotTell>;
}

/** The Person the servers run as: created or taken over, in the account and the site's base groups, with Read and Execute on the applications. */
@Injectable()
export class ProvisionPersonStep extends Step<Desired, Provisioned> {
  readonly name = 'provision-person';

  constructor(private readonly targets: Targets) {
    super();
  }

  async observe(context: StepContext<Desired>): Promise<Provisioned> {
    const { call, desired, refs, solutionId } = context;
    const target = this.targets.get(desired.target);
    const persons = await target.objects.find(call, 'person', { userName: desired.person.userName });
    const own = persons.find((person) => isOwn(person, solutionId));
    const nameIsFree = persons.length === 0;
    // Only what the inspection has judged: one that has come since is somebody else's.
    const adopted =
      own === undefined ? persons.find(({ dbid }) => dbid === refsOf(refs).adopting?.person) : undefined;
    const person = own ?? adopted;
    if (person === undefined)
      return { nameIsFree, personDbid: null, adopted: null, refused: [], memberOf: [], masks: new Map() };
    const [groups, masks, refused] = await Promise.all([
      target.objects.find(call, 'accessGroup', { personDbid: person.dbid }),
      readMasks(target, call, refsOf(refs), person.dbid),
      adopted === undefined ? [] : adoptionRefused(target, context),
    ]);
    return {
      nameIsFree,
      personDbid: person.dbid,
      adopted: adopted ?? null,
      refused,
      memberOf: groups.map(({ dbid }) => dbid),
      masks,
    };
  }

  plan(provisioned: Provisioned, { desired, refs }: Omit<StepContext<Desired>, 'call'>): StepPlan {
    if (provisioned.refused.length > 0) return { actions: [], findings: provisioned.refused };
    const known = refsOf(refs);
    const { adopted } = provisioned;
    const person = provisioned.personDbid ?? knownAfter(this.name, 1);
    const account = { type: ObjectType.person, name: desired.person.userName, dbid: person };
    const groups: { name: string; dbid: Json }[] = [
      { name: desired.accessGroup.name, dbid: known.accessGroup },
      ...known.baseAccessGroups,
    ];
    const missing = groups.filter((group) => !isIn(provisioned, group));
    const actions = [
      ...(provisioned.personDbid === null ? [create(desired, known.tenantDbid)] : []),
      ...(adopted === null ? [] : [markAdopted(ObjectType.person, { ...adopted, name: adopted.userName })]),
      ...missing.map((group) => addMember(group, account)),
      ...serversOf(known).flatMap((server) => grantApplication(server, account, provisioned)),
    ];
    return {
      actions,
      findings: adopted === null ? [] : [adoptedFinding(adopted, provisioned, groups, known, desired)],
      refs: { person, ...(adopted === null ? {} : stoodRefs(provisioned, groups)) },
      // As for the account: the platform refuses a second Person of this user name.
      ...(provisioned.nameIsFree ? { seen: new Map([[1, { image: null }]]) } : {}),
    };
  }
}

type Groups = readonly { readonly name: string; readonly dbid: Json }[];

const isIn = ({ memberOf }: Provisioned, { dbid }: Groups[number]): boolean =>
  typeof dbid === 'number' && memberOf.includes(dbid);

/** What stays with it when the solution is offboarded. */
const stoodRefs = (provisioned: Provisioned, groups: Groups): Refs => ({
  adoptedPerson: true,
  stoodOfPerson: {
    entries: [...provisioned.masks].flatMap(([dbid, accessMask]) =>
      typeof accessMask === 'number' ? [{ type: ObjectType.application, dbid, accessMask }] : [],
    ),
    memberOf: groups.filter((group) => isIn(provisioned, group)).map(({ dbid }) => dbid),
  },
});

function adoptedFinding(
  person: PersonObject,
  provisioned: Provisioned,
  groups: Groups,
  refs: SolutionRefs,
  desired: Desired,
): Finding {
  const attributes = ['employeeId', 'firstName', 'lastName'] as const;
  return personAdopted(
    { ...person, name: person.userName },
    {
      memberOf: groups.filter((group) => isIn(provisioned, group)).map(({ name }) => name),
      applications: serversOf(refs)
        .filter(({ dbid }) => typeof provisioned.masks.get(dbid) === 'number')
        .map(({ name }) => name),
      kept: attributes
        .filter((attribute) => person[attribute] !== desired.person[attribute])
        .map((attribute) => `its ${attribute} "${person[attribute]}"`),
    },
  );
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
