import { z } from 'zod';
import { setAccount } from './accounts.js';
import { classOf } from './classes/all-classes.js';
import type { Draft } from './draft.js';
import { Status, Type } from './ids.js';
import { createObject, deleteObject, updateObject } from './objects.js';
import { putUpdate } from './put-update.js';
import type { ConfigObject } from './records.js';
import { sameId } from './records.js';
import { notFound } from './refusal.js';
import { setAcl } from './rights.js';
import { tick } from './interruptions.js';
import { stoppedServer } from './server-records.js';

const scalars = z.record(z.string(), z.string());
const keyValues = z.record(z.string(), z.record(z.string(), z.string()));
const id = z.strictObject({ type: z.number().int(), dbid: z.number().int().positive() });
/** An object by DBID or by name; a name that several tenants have needs the tenant's DBID. */
const reference = z.union([
  id,
  z.strictObject({ type: z.number().int(), name: z.string(), tenantDbid: z.number().int().optional() }),
]);
const application = z.union([z.number().int(), z.string()]);

/** What somebody else does to the platform while we look away. */
export const behindSchema = z.union([
  z.strictObject({
    create: z.strictObject({ type: z.number().int(), attributes: scalars, annex: keyValues.optional() }),
  }),
  z.strictObject({
    update: z.strictObject({
      object: reference,
      attributes: scalars.optional(),
      annex: keyValues.optional(),
      options: keyValues.optional(),
    }),
  }),
  z.strictObject({ delete: reference }),
  /** `accessMask` null takes the entry away. */
  z.strictObject({
    acl: z.strictObject({
      object: reference,
      account: reference,
      accessMask: z.number().int().min(0).max(255).nullable(),
    }),
  }),
  z.strictObject({ member: z.strictObject({ group: reference, person: reference, present: z.boolean() }) }),
  z.strictObject({ account: z.strictObject({ application, account: reference }) }),
  z.strictObject({
    status: z.strictObject({
      application,
      status: z.number().int().min(0).max(8),
      runMode: z.enum(['primary', 'backup', 'none']).optional(),
    }),
  }),
  /** Applications that this one connects to, all of them. */
  z.strictObject({ connections: z.strictObject({ application, servers: z.array(application) }) }),
  z.strictObject({
    behaviour: z.strictObject({
      application,
      startupMs: z.number().int().nonnegative().optional(),
      shutdownMs: z.number().int().nonnegative().optional(),
      needsRead: z.array(reference).optional(),
    }),
  }),
]);
export type Behind = z.infer<typeof behindSchema>;

function find(draft: Draft, ref: z.infer<typeof reference>): ConfigObject {
  const found =
    'dbid' in ref ? draft.object(ref.type, ref.dbid) : draft.world.named(ref.type, ref.name, ref.tenantDbid);
  if (!found) throw notFound();
  return found;
}
const findApplication = (draft: Draft, ref: number | string): ConfigObject =>
  find(
    draft,
    typeof ref === 'number' ? { type: Type.application, dbid: ref } : { type: Type.application, name: ref },
  );

/** @returns the object that was changed. @throws Refusal */
export function changeBehind(draft: Draft, change: Behind): { type: number; dbid: number } {
  if ('create' in change) {
    const { type, attributes, annex } = change.create;
    return createObject(draft, null, type, {
      scalars: attributes,
      keyValues: annex ? { userProperties: annex } : {},
    });
  }
  if ('update' in change) return update(draft, change.update);
  if ('delete' in change) {
    const object = find(draft, change.delete);
    deleteObject(draft, null, object);
    return object;
  }
  if ('acl' in change) {
    const [object, account] = [find(draft, change.acl.object), find(draft, change.acl.account)];
    const { accessMask } = change.acl;
    const others = draft.acl(object).filter((ace) => !sameId(ace.account, account));
    const mine =
      accessMask === null ? [] : [{ account: { type: account.type, dbid: account.dbid }, accessMask }];
    setAcl(draft, object, [...others, ...mine]);
    return object;
  }
  if ('member' in change) {
    const [group, person] = [find(draft, change.member.group), find(draft, change.member.person)];
    const item = { CSID: '0', DBID: String(person.dbid), type: String(person.type) };
    const [added, deleted] = change.member.present ? [[item], []] : [[], [item]];
    updateObject(draft, null, group, {
      scalars: {},
      nested: {},
      keyValues: {},
      lists: { memberIDs: { added, changed: [], deleted } },
    });
    return group;
  }
  if ('account' in change) {
    const [object, account] = [
      findApplication(draft, change.account.application),
      find(draft, change.account.account),
    ];
    setAccount(draft, object.dbid, { type: account.type, dbid: account.dbid });
    return object;
  }
  if ('connections' in change) {
    const object = findApplication(draft, change.connections.application);
    const appServerDBIDs = change.connections.servers.map((s) => ({
      appServerDBID: String(findApplication(draft, s).dbid),
    }));
    putUpdate(draft, object, { ...object, lists: { ...object.lists, appServerDBIDs } });
    return object;
  }
  return changeServer(draft, change);
}

function update(
  draft: Draft,
  { object: ref, attributes = {}, annex, options }: Extract<Behind, { update: unknown }>['update'],
): ConfigObject {
  const object = find(draft, ref);
  const spec = classOf(object.type);
  const known = Object.fromEntries(Object.entries(attributes).filter(([name]) => name in spec.attributes));
  const nested: Record<string, Record<string, string>> = {};
  for (const n of spec.nested) {
    const inside = Object.entries(attributes).filter(
      ([name]) => !(name in spec.attributes) && name in n.attributes,
    );
    if (inside.length > 0) nested[n.attribute] = Object.fromEntries(inside);
  }
  const set = (values: typeof annex): { set: NonNullable<typeof annex>; deleted: object } => ({
    set: values ?? {},
    deleted: {},
  });
  const lists = {
    ...(annex ? { userProperties: set(annex) } : {}),
    ...(options ? { options: set(options) } : {}),
  } as Parameters<typeof updateObject>[3]['keyValues'];
  return updateObject(draft, null, object, { scalars: known, nested, keyValues: lists, lists: {} });
}

function changeServer(
  draft: Draft,
  change: Extract<Behind, { status: unknown } | { behaviour: unknown }>,
): ConfigObject {
  if ('behaviour' in change) {
    const { application: ref, needsRead, ...times } = change.behaviour;
    const object = findApplication(draft, ref);
    const server = draft.server(object.dbid) ?? stoppedServer;
    const needs = needsRead
      ? { needsRead: needsRead.map((r) => find(draft, r)).map(({ type, dbid }) => ({ type, dbid })) }
      : {};
    const given = Object.fromEntries(Object.entries(times).filter(([, value]) => value !== undefined));
    draft.putServer(object.dbid, { ...server, behaviour: { ...server.behaviour, ...given, ...needs } });
    return object;
  }
  const object = findApplication(draft, change.status.application);
  const before = draft.server(object.dbid) ?? stoppedServer;
  const { status, runMode = before.runMode === 'none' ? 'primary' : before.runMode } = change.status;
  const running = status === Status.running;
  const after = {
    ...before,
    status,
    runMode: running ? runMode : ('none' as const),
    runningAs: running ? (draft.account(object.dbid) ?? null) : null,
    transitions: [],
  };
  draft.putServer(object.dbid, after);
  draft.log(
    'status',
    object,
    { status: before.status, runMode: before.runMode },
    { status, runMode: after.runMode },
  );
  tick(draft, object.dbid);
  return object;
}
