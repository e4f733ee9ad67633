import type { TargetConfig } from '../../config/target-config.js';
import type { Desired } from '../desired.js';
import type { ApplicationStatus } from '../ports/application-control.js';
import type { HeldClaim } from '../ports/claims.js';
import type {
  AccessGroupObject,
  ApplicationObject,
  HostObject,
  ObjectId,
  PersonObject,
  ScriptObject,
  TenantObject,
} from '../ports/config-objects.js';
import { ObjectType } from '../ports/object-types.js';
import type { AdoptionFacts } from './adoption.js';
import { markOf } from './mark.js';

export interface InspectedServer {
  readonly application: ApplicationObject;
  readonly status: ApplicationStatus | null;
  readonly account: ObjectId | null;
  /** Why no driver can see the state or the account of a server that is there. */
  readonly unseen?: { readonly status?: string; readonly account?: string };
}

/** Everything an inspection has read of the target; the findings are drawn from it without asking again. */
export interface Inspection {
  readonly config: TargetConfig;
  readonly desired: Desired;
  readonly solutionId: string;
  readonly tenants: readonly TenantObject[];
  readonly tenant: TenantObject | null;
  /** Every Business Process of the tenant. */
  readonly businessProcesses: readonly ScriptObject[];
  /** Scripts that have a wanted name but are no Business Processes. */
  readonly otherScripts: readonly ScriptObject[];
  readonly applications: readonly ApplicationObject[];
  readonly hosts: readonly HostObject[];
  /** The wanted application, whatever its type. */
  readonly server: InspectedServer | null;
  readonly backup: InspectedServer | null;
  /** Objects that have the name wanted for the account, the userName or the employeeId. */
  readonly groups: readonly AccessGroupObject[];
  readonly persons: readonly PersonObject[];
  /** What of these is not ours and is asked to be taken over, with all that decides whether it may be. */
  readonly adoption?: AdoptionFacts;
  readonly baseAccessGroups: readonly { readonly name: string; readonly found: AccessGroupObject | null }[];
  readonly requiredObjects: readonly {
    readonly type: number;
    readonly name: string;
    readonly dbid: number | null;
  }[];
  readonly claims: readonly HeldClaim[];
}

export const isOwn = (object: { readonly annex: AccessGroupObject['annex'] }, solutionId: string): boolean =>
  markOf(object.annex)?.solution === solutionId;

/** The account of this solution, once it is there, or the Person that becomes it. */
export function ownPerson(inspection: Inspection): PersonObject | null {
  const { persons, desired, solutionId, adoption } = inspection;
  return (
    persons.find((person) => person.userName === desired.person.userName && isOwn(person, solutionId)) ??
    adoption?.person?.object ??
    null
  );
}

export const isAccount = (account: ObjectId | null, person: PersonObject | null): boolean =>
  person !== null && account?.type === ObjectType.person && account.dbid === person.dbid;
