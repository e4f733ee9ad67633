import { Type } from './ids.js';
import { backupOf } from './object-views.js';
import type { Reading, World } from './world.js';

/** Primary and backup of the pair that an application belongs to; alone it is its own primary. */
export function pairOf(
  reading: Reading,
  world: World,
  applicationDbid: number,
): { primary: number; backup: number | null } {
  const primary = world.primariesOf(applicationDbid)[0] ?? applicationDbid;
  const application = reading.object(Type.application, primary);
  const backup = application ? backupOf(application) : 0;
  return { primary, backup: backup > 0 ? backup : null };
}
