import type { Position } from '../../src/saga/position.js';
import { claimedBy } from '../../src/solutions/claims-in-database.js';
import type { Desired } from '../../src/solutions/desired.js';
import { observedBy } from '../../src/solutions/observe-solution.js';
import type { SolutionRow } from '../../src/solutions/solution-view.js';
import type { ChangeDesired, OffboardingDesired, ServerAfter } from '../../src/solutions/standing.js';
import { desiredAlone, standingOf } from '../../src/solutions/standing.js';
import { untilStanding } from '../saga/engine.js';
import type { Lab } from './lab.js';

/** The snapshot of the simulator: objects, access control lists, accounts and servers. */
export const world = (lab: Lab): Promise<unknown> => lab.control('GET', '/world');

/** A solution that has been onboarded, as its row in the database would be. */
export async function onboarded(lab: Lab, wanted: Desired): Promise<Position> {
  const position = await untilStanding(lab.database, await lab.accept(wanted));
  if (position.state !== 'completed') throw new Error(JSON.stringify(position.error));
  return position;
}

const standingAfter = (last: Position) => {
  const desired = desiredAlone(last.input.desired as Desired);
  const { target, tenant } = desired;
  const row = { target, tenant, state: 'active', observed: observedBy(last, 0) };
  return standingOf(row as SolutionRow, claimedBy(desired));
};

/** What a change works from after the operation that ended last. */
export const changing = (last: Position, changes: Partial<Desired>): ChangeDesired => ({
  ...desiredAlone(last.input.desired as Desired),
  ...changes,
  standing: standingAfter(last),
});

export const leaving = (last: Position, serverAfter: ServerAfter): OffboardingDesired => ({
  ...desiredAlone(last.input.desired as Desired),
  standing: standingAfter(last),
  serverAfter,
});

export async function run(lab: Lab, kind: string, wanted: Desired, solution: string): Promise<Position> {
  return untilStanding(lab.database, await lab.accept(wanted, kind, solution));
}
