import type { Call } from '../../saga/call.js';

/** Our mark and whatever else stands in an object's `userProperties`: section → key → value. */
export type Annex = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface ObjectId {
  readonly type: number;
  readonly dbid: number;
}

export interface TenantObject {
  readonly dbid: number;
  readonly name: string;
  readonly state: number;
}

export interface AccessGroupObject {
  readonly dbid: number;
  readonly tenantDbid: number;
  readonly name: string;
  /** CfgAccessGroupType: 1 is an ordinary one. */
  readonly groupType: number;
  readonly state: number;
  readonly members: readonly ObjectId[];
  readonly annex: Annex;
}

export interface PersonObject {
  readonly dbid: number;
  readonly tenantDbid: number;
  readonly userName: string;
  readonly employeeId: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly isAgent: boolean;
  readonly state: number;
  readonly annex: Annex;
}

export interface ApplicationObject {
  readonly dbid: number;
  readonly name: string;
  /** CfgAppType. */
  readonly appType: number;
  readonly isServer: boolean;
  readonly isPrimary: boolean;
  readonly state: number;
  readonly tenantDbids: readonly number[];
  readonly hostDbid: number | null;
  /** Its listening port; of a Database Access Point, the database's. Left out where the object does not say. */
  readonly port?: number;
  /** DBID of its backup, null when it has none. */
  readonly backupDbid: number | null;
  /** DBIDs of the applications it is a client of. */
  readonly connections: readonly number[];
  readonly startupTimeoutMs: number;
  readonly shutdownTimeoutMs: number;
  readonly options: Annex;
  readonly annex: Annex;
}

export interface ScriptObject {
  readonly dbid: number;
  readonly tenantDbid: number;
  readonly name: string;
  /** CfgScriptType: 28 is a Business Process. */
  readonly scriptType: number;
  readonly state: number;
}

export interface HostObject {
  readonly dbid: number;
  readonly name: string;
  /** IP address; left out where the object does not say. */
  readonly address?: string;
}

/** CfgObjectState. */
export const PersonState = { enabled: 1, disabled: 2 } as const;
export type PersonState = (typeof PersonState)[keyof typeof PersonState];

export interface Objects {
  tenant: TenantObject;
  accessGroup: AccessGroupObject;
  person: PersonObject;
  application: ApplicationObject;
  script: ScriptObject;
  host: HostObject;
}
export type ObjectKind = keyof Objects;

/** Filters the platform knows; the adapter sends them with the type it expects and checks every item it gets back. */
export interface Filters {
  tenant: { name?: string };
  accessGroup: { tenantDbid?: number; name?: string; personDbid?: number };
  person: { tenantDbid?: number; userName?: string; employeeId?: string; isAgent?: boolean };
  application: {
    name?: string;
    tenantDbid?: number;
    appType?: number;
    /** Applications that are clients of this one. */
    serverDbid?: number;
    /** Applications whose backup this is. */
    backupServerDbid?: number;
    account?: ObjectId;
  };
  script: { tenantDbid?: number; scriptType?: number; name?: string };
  host: { name?: string };
}

export interface NewAccessGroup {
  readonly tenantDbid: number;
  readonly name: string;
  readonly annex: Annex;
}
export interface NewPerson {
  readonly tenantDbid: number;
  readonly userName: string;
  readonly employeeId: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly annex: Annex;
}

/**
 * Objects of the configuration database: create, read, update (as a delta), delete.
 * Reads may be repeated freely. @throws CallError, classified.
 */
export abstract class ConfigObjects {
  /** All that match; an empty filter lists all. */
  abstract find<K extends ObjectKind>(
    call: Call,
    kind: K,
    filter: Filters[K],
  ): Promise<readonly Objects[K][]>;
  /** One by DBID, or null. */
  abstract get<K extends ObjectKind>(call: Call, kind: K, dbid: number): Promise<Objects[K] | null>;
  /** Any object type by name (a Business Attribute of `requiredReads`), or null. */
  abstract findByName(call: Call, type: number, name: string, tenantDbid?: number): Promise<ObjectId | null>;
  /** An ordinary access group (type 1) without members. @returns its DBID */
  abstract createAccessGroup(call: Call, group: NewAccessGroup): Promise<number>;
  /** A Person who is not an agent, with a random password that nobody keeps. @returns the DBID */
  abstract createPerson(call: Call, person: NewPerson): Promise<number>;
  abstract addMember(call: Call, groupDbid: number, member: ObjectId): Promise<void>;
  abstract removeMember(call: Call, groupDbid: number, member: ObjectId): Promise<void>;
  /** A disabled Person can neither sign in nor be the account of a server that starts. @throws CallError `conflict` when there is none */
  abstract setPersonState(call: Call, dbid: number, state: PersonState): Promise<void>;
  /**
   * One section of an object's annex, which is not there before: nothing else in it is touched.
   * @param keys null: the section goes, whatever it holds
   * @throws CallError `conflict` when there is no such object
   */
  abstract setAnnexSection(
    call: Call,
    kind: 'accessGroup' | 'person',
    dbid: number,
    section: string,
    keys: Annex[string] | null,
  ): Promise<void>;
  /** @throws CallError; an object that is not there counts as deleted */
  abstract delete(call: Call, kind: 'accessGroup' | 'person', dbid: number): Promise<void>;
}
