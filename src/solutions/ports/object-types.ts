/** CfgObjectType numbers of the platform (facts: vendor's common enumerations). */
export const ObjectType = {
  person: 3,
  tenant: 7,
  application: 9,
  host: 10,
  script: 12,
  accessGroup: 21,
  enumerator: 35,
} as const;

/** Groups that exist on every platform, by DBID. */
export const WellKnown = { everyone: 97, system: 98 } as const;

export const AppType = {
  tServer: 1,
  statServer: 2,
  dbServer: 8,
  configurationServer: 21,
  applicationCluster: 82,
  interactionServer: 111,
} as const;
export const ScriptType = { businessProcess: 28 } as const;
/** Bits of an ACL entry's mask. */
export const Access = { read: 1, execute: 8, readAndExecute: 9 } as const;
