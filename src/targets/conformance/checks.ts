import type { ReadingCheck, ScratchCheck } from './check.js';
import { bridgeManners } from './reading/bridge-manners.js';
import { bridgeRights } from './reading/bridge-rights.js';
import { bridgeValues } from './reading/bridge-values.js';
import { filterChecks } from './reading/filters.js';
import { listChecks } from './reading/lists.js';
import { oddFilterChecks } from './reading/odd-filters.js';
import { platformChecks } from './reading/platform.js';
import { serverChecks } from './reading/servers.js';
import { shapeChecks } from './reading/shapes.js';
import { accountChecks } from './scratch/accounts.js';
import { listWriteChecks } from './scratch/access-lists.js';
import { groupChecks } from './scratch/groups.js';
import { markChecks } from './scratch/marks.js';
import { personChecks } from './scratch/persons.js';
import { refusalChecks } from './scratch/refusals.js';
import { sendingChecks } from './scratch/sending.js';

export const readingChecks: readonly ReadingCheck[] = [
  ...shapeChecks,
  ...listChecks,
  ...filterChecks,
  ...oddFilterChecks,
  ...platformChecks,
  ...bridgeManners,
  ...bridgeValues,
  ...bridgeRights,
  ...serverChecks,
];

/** In order: later ones use what earlier ones have made and found out. */
export const scratchChecks: readonly ScratchCheck[] = [
  ...groupChecks,
  ...personChecks,
  ...markChecks,
  ...sendingChecks,
  ...listWriteChecks,
  ...refusalChecks,
  ...accountChecks,
];
