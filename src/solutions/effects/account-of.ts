import type { Call } from '../../saga/call.js';
import type { ObjectId } from '../ports/config-objects.js';
import type { ConfigObjects } from '../ports/config-objects.js';

/** Names of the applications that run as this account, sorted. The platform refuses to delete a Person one runs as, but not a group. */
export async function accountOf(
  objects: ConfigObjects,
  call: Call,
  account: ObjectId,
): Promise<readonly string[]> {
  const applications = await objects.find(call, 'application', { account });
  return applications.map(({ name }) => name).sort();
}
