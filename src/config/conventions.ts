import * as z from 'zod';

const memberName = z.string().regex(/^[A-Za-z][A-Za-z0-9-]*$/, 'expected the name of a JSON member');

/**
 * What nobody outside the vendor could confirm about Configuration Server and Genesys Web Services, as far as something
 * has to be sent; answers are read in every spelling. `npm run conformance -- --scratch` finds out what a site has.
 */
export const conventionsSchema = z.strictObject({
  // No public source has the two numbers. They lie above every error type that is known.
  errorTypeNoPermission: z.int().min(1).max(255).default(201),
  errorTypeInUse: z.int().min(1).max(255).default(202),
  /** What a delta of an access group calls the members it adds. */
  accessGroupMembers: z.enum(['memberIDs', 'addedMemberIDs']).default('memberIDs'),
  /** The same for those it takes away. */
  accessGroupMembersDeleted: memberName.default('deletedMemberIDs'),
  /** Where both lists stand: in the structure inside, or beside it. */
  accessGroupMembersIn: z.enum(['CfgDeltaGroup', 'delta-access-group']).default('CfgDeltaGroup'),
  /** Under which name an item of them stands; `bare`: none. */
  accessGroupMemberItems: z.enum(['cfgID', 'CfgID', 'bare']).default('cfgID'),
  /** Where the annex (`userProperties`) of a new access group stands. */
  accessGroupAnnex: z.enum(['CfgGroup', 'access-group']).default('CfgGroup'),
});

export type Conventions = Readonly<z.output<typeof conventionsSchema>>;

export const defaultConventions: Conventions = conventionsSchema.parse({});
