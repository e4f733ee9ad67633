import type { ApplicationObject, HostObject } from '../ports/config-objects.js';
import type { NamedObject } from './finding.js';
import type { Mark } from './mark.js';
import type { Reader } from './readers.js';
import type { cannotTell } from './rights.js';
import type { SingleConnection } from './single-connection.js';

/** A live solution of the tenant, and what it holds. */
export interface TenantSolution {
  readonly id: string;
  readonly key: string;
  readonly displayName: string;
  readonly state: string;
  readonly isolation: string;
  readonly requireExclusive: boolean;
  /** The highest DBID that a Business Process of the tenant had when its own were chosen; null where nobody noted it. */
  readonly newestBusinessProcess: number | null;
  /** Names of the Business Processes and servers it has claimed. */
  readonly businessProcesses: readonly string[];
  readonly servers: readonly string[];
}

/** What is known of the solution that a mark names, also after its end. */
export interface MarkedSolution {
  readonly id: string;
  readonly key: string;
  readonly state: string;
  readonly live: boolean;
  /** DBIDs it was last seen to hold; null where that is not known. */
  readonly accessGroup: number | null;
  readonly person: number | null;
}

export interface MarkedObject {
  readonly object: NamedObject;
  readonly mark: Mark;
}

/** A group whose rights all accounts have, or all accounts of servers. */
export interface SharedGroup {
  readonly group: NamedObject;
  readonly reads: readonly NamedObject[] | typeof cannotTell;
}

/** Everything that the isolation of a tenant is judged by, read in one look. */
export interface TenantFacts {
  readonly tenant: NamedObject & { readonly dbid: number };
  readonly applications: readonly ApplicationObject[];
  readonly hosts: readonly HostObject[];
  readonly singleConnection: readonly SingleConnection[];
  readonly businessProcesses: readonly NamedObject[];
  /** Accounts of the Interaction Servers that serve the tenant, with all of its Business Processes that each reads. */
  readonly readers: readonly Reader[];
  /** Names of servers whose account cannot be told. */
  readonly unseenServers: readonly string[];
  readonly everyone: SharedGroup;
  readonly baseGroups: readonly SharedGroup[];
  readonly solutions: readonly TenantSolution[];
  readonly marked: readonly MarkedObject[];
  readonly markedSolutions: ReadonlyMap<string, MarkedSolution>;
}
