/**
 * Names of what a solution writes or holds, for locks and claims. They are built from the names of the request, not
 * from DBIDs, so that they are known before the target has been asked.
 */
export const naturalName = {
  solution: (target: string, tenant: string, key: string) => `${target}/solution/${tenant}/${key}`,
  application: (target: string, name: string) => `${target}/application/${name}`,
  accessGroup: (target: string, tenant: string, name: string) => `${target}/access-group/${tenant}/${name}`,
  person: (target: string, userName: string) => `${target}/person/${userName}`,
  script: (target: string, tenant: string, name: string) => `${target}/script/${tenant}/${name}`,
} as const;
