import type { Queryable } from '../../database/database.js';
import { AppError } from '../../errors.js';
import type { Desired } from '../desired.js';
import type { LiveSolution, NewSolution } from './sql/insert-solutions.sql.js';
import { findLiveSolution, insertSolutions } from './sql/insert-solutions.sql.js';

/** @returns the database's time when the identity is taken, else who has it */
export async function takeIdentity(tx: Queryable, solution: NewSolution): Promise<Date | LiveSolution> {
  const acceptedAt = (await insertSolutions(tx, [solution])).get(solution.id);
  if (acceptedAt !== undefined) return acceptedAt;
  // Gone between the two statements, since its operation has just failed: free now.
  return (await findLiveSolution(tx, solution.desired)) ?? takeIdentity(tx, solution);
}

export function alreadyThere({ tenant, key }: Desired, { id, running }: LiveSolution): AppError {
  const solution = { id, href: `/v1/solutions/${id}` };
  if (running === null) {
    return new AppError('solution-exists', `The solution "${key}" of tenant "${tenant}" exists already.`, {
      members: { href: solution.href, solution },
    });
  }
  const href = `/v1/operations/${running.operationId}`;
  return new AppError(
    'operation-in-progress',
    `An operation of the solution "${key}" of tenant "${tenant}" has not ended: ${href}.`,
    { members: { href, solution } },
  );
}
