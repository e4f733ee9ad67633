/** CfgObjectType numbers of the classes that this world holds. */
export const Type = {
  person: 3,
  agentGroup: 5,
  tenant: 7,
  solution: 8,
  application: 9,
  host: 10,
  script: 12,
  skill: 13,
  transaction: 16,
  appPrototype: 20,
  accessGroup: 21,
  folder: 22,
  enumerator: 35,
} as const;

/** DBIDs that are the same on every platform. */
export const WellKnown = {
  environmentTenant: 1,
  everyoneGroup: 97,
  systemGroup: 98,
  configurationServer: 99,
  defaultUser: 100,
  rootFolder: 119,
} as const;

export const AppType = {
  tServer: 1,
  statServer: 2,
  dbServer: 8,
  callConcentrator: 9,
  router: 15,
  configurationServer: 21,
  messageServer: 42,
  solutionControlServer: 43,
  contactServer: 63,
  interactionServer: 111,
  workspace: 157,
} as const;

export const ScriptType = {
  enhancedRouting: 6,
  interactionQueue: 23,
  queueView: 24,
  businessProcess: 28,
} as const;

/** CfgAccessGroupType. */
export const GroupType = {
  ordinary: 1,
  users: 2,
  administrators: 3,
  superAdministrators: 4,
  system: 5,
  everyone: 6,
} as const;

/** Bits of an ACL entry's mask; `all` is everything without the propagation flag (128). */
export const Access = {
  read: 1,
  create: 2,
  change: 4,
  execute: 8,
  delete: 16,
  readPermissions: 32,
  changePermissions: 64,
  all: 127,
} as const;

/** SCS application states. */
export const Status = {
  unknown: 0,
  stopped: 1,
  stopTransition: 2,
  stopPending: 3,
  startTransition: 4,
  startPending: 5,
  running: 6,
  initializing: 7,
  serviceUnavailable: 8,
} as const;

/** CfgFlag, as a string on the wire. */
export const Flag = { false: '1', true: '2' } as const;
