import { nameOf, tenantOf } from './object-views.js';
import { shown } from './put-update.js';
import type { Ace, ConfigObject, Id, RunMode } from './records.js';
import { businessProcessesSeen, sortedAcl } from './rights.js';
import { Type } from './ids.js';
import type { World } from './world.js';

export interface Snapshot {
  objects: (Id & { name: string; tenantDbid: number; attributes: Record<string, unknown> })[];
  acls: (Id & { name: string; entries: Ace[] })[];
  accounts: { application: number; name: string; account: Id }[];
  servers: {
    application: number;
    name: string;
    status: number;
    runMode: RunMode;
    runningAs: Id | null;
    sees: string[];
  }[];
}

const byId = (a: Id, b: Id): number => a.type - b.type || a.dbid - b.dbid;

/** Everything that matters and nothing that counts or dates: two of them deep-equal mean the world is as it was. */
export function snapshotOf(world: World): Snapshot {
  const objects: ConfigObject[] = [];
  for (const type of world.types()) objects.push(...world.all(type));
  objects.sort(byId);
  const applications = objects.filter((o) => o.type === Type.application);
  return {
    objects: objects.map((o) => ({
      type: o.type,
      dbid: o.dbid,
      name: nameOf(o),
      tenantDbid: tenantOf(o),
      attributes: normalised(o),
    })),
    acls: objects.map((o) => ({
      type: o.type,
      dbid: o.dbid,
      name: nameOf(o),
      entries: sortedAcl(world.acl(o)),
    })),
    accounts: applications.flatMap((o) => {
      const account = world.account(o.dbid);
      return account ? [{ application: o.dbid, name: nameOf(o), account }] : [];
    }),
    servers: applications.flatMap((o) => {
      const server = world.server(o.dbid);
      if (!server) return [];
      const { status, runMode, runningAs } = server;
      const sees = runningAs ? businessProcessesSeen(world, o, runningAs) : [];
      return [{ application: o.dbid, name: nameOf(o), status, runMode, runningAs, sees }];
    }),
  };
}

/** List items in a fixed order and no empty lists: their order and emptiness say nothing. */
function normalised(o: ConfigObject): Record<string, unknown> {
  const attributes = shown(o);
  for (const [name, items] of Object.entries(o.lists)) {
    if (items.length === 0) Reflect.deleteProperty(attributes, name);
    else attributes[name] = items.map((item) => JSON.stringify(item)).sort();
  }
  for (const [name, sections] of Object.entries(o.keyValues)) {
    const filled = Object.entries(sections).filter(([, keys]) => Object.keys(keys).length > 0);
    if (filled.length === 0) Reflect.deleteProperty(attributes, name);
    else attributes[name] = Object.fromEntries(filled);
  }
  return attributes;
}
