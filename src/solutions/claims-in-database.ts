import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { findClaimsOfOthers } from './commands/sql/find-claims.sql.js';
import type { Desired } from './desired.js';
import type { HeldClaim } from './ports/claims.js';
import { Claims } from './ports/claims.js';
import { naturalName } from './rules/natural-names.js';

/** What a solution holds from accept on: its server and its Business Processes, by natural name. */
export const claimedBy = ({
  target,
  tenant,
  interactionServer,
  businessProcesses,
}: Desired): readonly string[] => [
  naturalName.application(target, interactionServer),
  ...businessProcesses.map((name) => naturalName.script(target, tenant, name)),
];

/** The table of claims as the steps see it. */
@Injectable()
export class ClaimsInDatabase extends Claims {
  constructor(private readonly database: Database) {
    super();
  }

  override async heldByOthers(
    target: string,
    resources: readonly string[],
    solutionId: string,
  ): Promise<readonly HeldClaim[]> {
    const found = await findClaimsOfOthers(this.database, target, resources, solutionId);
    return found.map(({ resource, tenant, key, requireExclusive }) => ({
      resource,
      solution: { tenant, key, requireExclusive },
    }));
  }
}
