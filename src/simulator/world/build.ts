import { addApplications } from './build-applications.js';
import { addObjects, addPeople, addTenants } from './build-tenants.js';
import type { StoredRecord } from './records.js';
import type { FullWorldSpec } from './spec.js';
import { WorldBuilder } from './world-builder.js';

/** Turns a world in words into records. @throws WorldError naming what is not there or there twice */
export function buildWorld(spec: FullWorldSpec): StoredRecord[] {
  const builder = new WorldBuilder();
  addTenants(builder, spec);
  addPeople(builder, spec);
  addObjects(builder, spec);
  addApplications(builder, spec);
  return builder.records();
}
