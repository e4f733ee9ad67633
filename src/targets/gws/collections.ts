/**
 * Collections of object types that a site may name in `requiredReads`, by CfgObjectType number. Documented is the rule:
 * plural of the class name without Cfg, lower case, words joined by hyphens.
 */
export const collections: Readonly<Record<number, string>> = {
  1: 'switches',
  3: 'persons',
  4: 'places',
  5: 'agent-groups',
  6: 'place-groups',
  7: 'tenants',
  8: 'services',
  9: 'applications',
  10: 'hosts',
  11: 'physical-switches',
  12: 'scripts',
  13: 'skills',
  14: 'action-codes',
  16: 'transactions',
  17: 'dn-groups',
  18: 'stat-days',
  19: 'stat-tables',
  20: 'app-prototypes',
  21: 'access-groups',
  22: 'folders',
  23: 'fields',
  24: 'formats',
  25: 'table-accesses',
  26: 'calling-lists',
  27: 'campaigns',
  28: 'treatments',
  29: 'filters',
  30: 'time-zones',
  31: 'voice-prompts',
  33: 'ivrs',
  34: 'alarm-conditions',
  35: 'enumerators',
  36: 'enumerator-values',
  37: 'objective-tables',
  38: 'campaign-groups',
  43: 'roles',
};

/** Installation-wide objects carry no tenant, so that a tenant must not be asked for. */
export const withoutTenant: ReadonlySet<number> = new Set([7, 9, 10, 20]);
