import type { Queryable } from '../../database/database.js';
import { AppError } from '../../errors.js';
import { isUuid } from '../request-text.js';
import type { SolutionRow } from '../solution-view.js';
import { findSolution } from './sql/read-solutions.sql.js';

/** @throws AppError `not-found`, also for what is no UUID at all */
export async function loadSolution(db: Queryable, id: string): Promise<SolutionRow> {
  const row = isUuid(id) ? await findSolution(db, id) : null;
  if (row === null)
    throw new AppError('not-found', `There is no solution ${JSON.stringify(id.slice(0, 64))}.`);
  return row;
}
