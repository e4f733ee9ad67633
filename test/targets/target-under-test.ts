import { afterAll, beforeAll, expect } from 'vitest';
import { reading } from '../../src/saga/call.js';
import type {
  ApplicationObject,
  ObjectId,
  ScriptObject,
  TenantObject,
} from '../../src/solutions/ports/config-objects.js';
import { ObjectType, ScriptType } from '../../src/solutions/ports/object-types.js';
import type { ConfiguredTarget } from '../../src/targets/targets.js';

/** What goes wrong with the next request that matches. */
export type Disturbance =
  | 'answer-lost'
  | 'request-lost'
  | 'error-page'
  | 'throttled'
  | 'unavailable'
  /** Answered with 401. */
  | 'session-expired'
  /** A new session is opened without a word, so that only its CSRF token is wrong. */
  | 'session-forgotten'
  /** A page to sign in comes in place of the answer. */
  | 'login-page';

/** A target system with something in it, which can be disturbed from outside. */
export interface TargetUnderTest {
  readonly target: ConfiguredTarget;
  readonly names: {
    readonly tenant: string;
    /** A running Interaction Server without a backup. */
    readonly server: string;
    /** A running Interaction Server with a running backup. */
    readonly pair: { readonly primary: string; readonly backup: string };
    /** Any Business Attribute of the tenant. */
    readonly enumerator: string;
  };
  /** @param path regular expression on path and query */
  disturb(disturbance: Disturbance, method: string, path: string): Promise<void>;
  stop(): Promise<void>;
}
export type MakeTarget = () => Promise<TargetUnderTest>;

/** A target for all tests of a block; the tests keep apart by names of their own. */
export function underTest(makeTarget: MakeTarget): () => TargetUnderTest {
  let made: TargetUnderTest | undefined;
  beforeAll(async () => {
    made = await makeTarget();
  });
  afterAll(() => made?.stop());
  return () => made!;
}

/** An object that no target has: DBIDs grow one by one. */
export const missingDbid = 1_999_999_999;

let last = 0;
export const uniqueName = (prefix: string): string => `${prefix}-${process.pid}-${++last}`;

export async function tenantOf({ target, names }: TargetUnderTest): Promise<TenantObject> {
  const [tenant] = await target.objects.find(reading, 'tenant', { name: names.tenant });
  return tenant!;
}

export async function serverOf({ target }: TargetUnderTest, name: string): Promise<ApplicationObject> {
  const [server] = await target.objects.find(reading, 'application', { name });
  expect(server, `the world has no application ${name}`).toBeDefined();
  return server!;
}

export async function businessProcessesOf(under: TargetUnderTest): Promise<readonly ScriptObject[]> {
  const { dbid } = await tenantOf(under);
  return under.target.objects.find(reading, 'script', {
    tenantDbid: dbid,
    scriptType: ScriptType.businessProcess,
  });
}

export async function newGroup(under: TargetUnderTest, name = uniqueName('group')): Promise<ObjectId> {
  const { dbid: tenantDbid } = await tenantOf(under);
  const dbid = await under.target.objects.createAccessGroup(reading, { tenantDbid, name, annex: {} });
  return { type: ObjectType.accessGroup, dbid };
}

export async function newPerson(under: TargetUnderTest, userName = uniqueName('user')): Promise<ObjectId> {
  const { dbid: tenantDbid } = await tenantOf(under);
  const person = {
    tenantDbid,
    userName,
    employeeId: userName,
    firstName: 'IxnServer',
    lastName: 'Test',
    annex: {},
  };
  return { type: ObjectType.person, dbid: await under.target.objects.createPerson(reading, person) };
}
