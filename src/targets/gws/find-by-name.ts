import type { Call } from '../../saga/call.js';
import { CallError } from '../../saga/call-error.js';
import type { ObjectId } from '../../solutions/ports/config-objects.js';
import { ObjectType } from '../../solutions/ports/object-types.js';
import { collections, withoutTenant } from './collections.js';
import type { FilteredLists } from './filtered-lists.js';
import type { Wire } from './wire.js';
import { integerOf, requiredInteger, structureOf, textOf } from './wire.js';

/** Any object of a type by name. @throws CallError `invalid` when the type is not known here or the name is not unique */
export async function findByName(
  lists: FilteredLists,
  call: Call,
  type: number,
  name: string,
  tenantDbid: number | undefined,
): Promise<ObjectId | null> {
  const what = `finding the object ${JSON.stringify(name)} of type ${type}`;
  const collection = collections[type];
  if (collection === undefined) throw new CallError('invalid', `${what}: this object type has no collection`);
  const person = type === ObjectType.person;
  const tenant = tenantDbid === undefined || withoutTenant.has(type) ? undefined : tenantDbid;
  const conditions = [
    ...(tenant === undefined ? [] : [{ key: 'tenant_dbid', value: tenant }]),
    { key: person ? 'user_name' : 'name', value: name },
  ];
  const found = await lists.list(call, collection, conditions, what, (outer) => {
    const item = structureOf(outer, 'CfgGroup', 'groupInfo');
    const named = textOf(item[person ? 'userName' : 'name']) === name;
    return named && (tenant === undefined || inTenant(item, tenant))
      ? requiredInteger(item, 'DBID')
      : undefined;
  });
  const [dbid, second] = found;
  if (dbid === undefined) return null;
  if (second !== undefined) throw new CallError('invalid', `${what}: ${found.length} objects have this name`);
  return { type, dbid };
}

/** Types whose objects show no tenant belong to all. */
function inTenant(item: Wire, tenantDbid: number): boolean {
  const tenant = integerOf(item['tenantDBID']);
  return tenant === null || tenant === tenantDbid;
}
