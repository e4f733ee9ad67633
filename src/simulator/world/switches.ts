import { z } from 'zod';

/**
 * What nobody could confirm about the platform, one switch each; `docs/simulator.md` says which question each leaves
 * open. Defaults are the stricter reading wherever a client could be careless. Times in ms.
 */
export const switchesSchema = z.strictObject({
  csrf: z.boolean(),
  csrfRefusal: z.enum(['text', 'json']),
  features: z.enum(['enabled', 'read-only', 'missing']),
  sessionIdleMs: z.number().int().positive(),
  permissionRefusal: z.enum(['500/4', '403/5']),
  errorTypeNoPermission: z.number().int().min(1).max(255),
  errorTypeInUse: z.number().int().min(1).max(255),

  membersSpelling: z.enum(['memberIDs', 'addedMemberIDs', 'both']),
  membersWrapped: z.enum(['bare', 'cfgID', 'CfgID']),
  connectionsWrapped: z.boolean(),
  oneElementListsBare: z.boolean(),
  emptyListsOmitted: z.boolean(),
  tenantDbidsScalar: z.boolean(),
  serverInfoMember: z.enum(['CfgServer', 'CfgServerInfo', 'serverInfo']),
  groupAnnex: z.enum(['CfgGroup', 'beside']),
  unknownMembers: z.enum(['refused', 'ignored']),
  dbidInPost: z.enum(['refused', 'ignored']),
  numbersInBody: z.enum(['refused', 'accepted']),

  filtersUnknownKey: z.enum(['refused', 'ignored']),
  filterWrongType: z.enum(['refused', 'empty', 'ignored']),
  filterQuotesInside: z.enum(['literal', 'refused']),
  personDbidListsEveryone: z.boolean(),
  accountFiltersSingly: z.boolean(),

  noDefaultAccess: z.boolean(),
  employeeIdScope: z.enum(['tenant', 'database']),
  aclOfDeleted: z.enum(['kept', 'cleaned']),

  sessionNeedsExecute: z.boolean(),
  accountTakesEffect: z.enum(['restart', 'at-once']),
  pairAccountUpdate: z.enum(['accepted', 'refused', 'mirrored']),
  pairRule: z.enum(['update', 'start', 'never']),
  backupWhenPrimaryStops: z.enum(['takes-over', 'stays-backup', 'stops']),
  gracefulStop: z.enum(['works', 'ignored', 'hangs']),
  autostart: z.boolean(),
  switchOverOfPrimary: z.enum(['refused', 'accepted']),
  startFromUnavailable: z.enum(['refused', 'allowed']),
  startupMs: z.number().int().nonnegative(),
  shutdownMs: z.number().int().nonnegative(),
  switchOverMs: z.number().int().nonnegative(),
  autostartMs: z.number().int().nonnegative(),
});
export type Switches = Readonly<z.infer<typeof switchesSchema>>;

export const defaultSwitches: Switches = {
  csrf: true,
  csrfRefusal: 'text',
  features: 'enabled',
  sessionIdleMs: 30 * 60_000,
  permissionRefusal: '500/4',
  errorTypeNoPermission: 201,
  errorTypeInUse: 202,

  membersSpelling: 'memberIDs',
  membersWrapped: 'bare',
  connectionsWrapped: false,
  oneElementListsBare: false,
  emptyListsOmitted: false,
  tenantDbidsScalar: false,
  serverInfoMember: 'CfgServer',
  groupAnnex: 'CfgGroup',
  unknownMembers: 'refused',
  dbidInPost: 'refused',
  numbersInBody: 'refused',

  filtersUnknownKey: 'refused',
  filterWrongType: 'refused',
  filterQuotesInside: 'literal',
  personDbidListsEveryone: false,
  accountFiltersSingly: true,

  noDefaultAccess: true,
  employeeIdScope: 'tenant',
  aclOfDeleted: 'kept',

  sessionNeedsExecute: true,
  accountTakesEffect: 'restart',
  pairAccountUpdate: 'accepted',
  pairRule: 'never',
  backupWhenPrimaryStops: 'takes-over',
  gracefulStop: 'works',
  autostart: false,
  switchOverOfPrimary: 'refused',
  startFromUnavailable: 'refused',
  startupMs: 150,
  shutdownMs: 100,
  switchOverMs: 30,
  autostartMs: 100,
};
