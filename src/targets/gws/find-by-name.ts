import type { Call } from '../../saga/call.js';
import { CallError } from '../../saga/call-error.js';
import type { ObjectId } from '../../solutions/ports/config-objects.js';
import { ObjectType } from '../../solutions/ports/object-types.js';
import { collections, withoutTenant } from './collections.js';
import { queryOf } from './filter.js';
import type { GwsReader } from './gws-reader.js';
import { understood } from './gws-reader.js';
import type { Wire } from './wire.js';
import { integerOf, requiredInteger, structureOf, textOf } from './wire.js';

/** Any object of a type by name. @throws CallError `invalid` when the type is not known here or the name is not unique */
export async function findByName(
  reader: GwsReader,
  call: Call,
  type: number,
  name: string,
  tenantDbid: number | undefined,
): Promise<ObjectId | null> {
  const what = `finding the object "${name}" of type ${type}`;
  const collection = collections[type];
  if (collection === undefined) throw new CallError('invalid', `${what}: this object type has no collection`);
  const person = type === ObjectType.person;
  const tenant = tenantDbid === undefined || withoutTenant.has(type) ? undefined : tenantDbid;
  const terms = [{ key: person ? 'user_name' : 'name', value: name }];
  const query = queryOf(tenant === undefined ? terms : [{ key: 'tenant_dbid', value: tenant }, ...terms]);
  const items = (await reader.list(call, collection, query, what)).map((item) =>
    structureOf(item, 'CfgGroup', 'groupInfo'),
  );
  const found = items.filter((item) => {
    const named = textOf(item[person ? 'userName' : 'name']) === name;
    return named && (tenant === undefined || inTenant(item, tenant));
  });
  const [first, second] = found;
  if (first === undefined) return null;
  if (second !== undefined) throw new CallError('invalid', `${what}: ${found.length} objects have this name`);
  return { type, dbid: understood(what, () => requiredInteger(first, 'DBID')) };
}

/** Types whose objects show no tenant belong to all. */
function inTenant(item: Wire, tenantDbid: number): boolean {
  const tenant = integerOf(item['tenantDBID']);
  return tenant === null || tenant === tenantDbid;
}
