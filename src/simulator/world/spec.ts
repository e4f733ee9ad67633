import { z } from 'zod';

/** A world in words: names instead of DBIDs. Well-known objects and the simulator's own users are always added. */
const keyValues = z.record(z.string(), z.record(z.string(), z.string()));
/** Name of an access group (of the object's tenant, else of Environment) → mask. */
const grants = z.record(z.string(), z.number().int().min(0).max(255));
const named = {
  name: z.string().min(1),
  tenant: z.string().optional(),
  grants: grants.optional(),
  annex: keyValues.optional(),
};
const reference = z.strictObject({ type: z.number().int(), name: z.string(), tenant: z.string().optional() });

const application = z.strictObject({
  name: z.string().min(1),
  type: z.number().int(),
  /** A program without a server side (a desktop): no account, not started by SCS. */
  isServer: z.boolean().optional(),
  host: z.string().optional(),
  port: z.string().optional(),
  tenants: z.array(z.string()).optional(),
  /** Applications that this one is a client of. */
  connections: z.array(z.string()).optional(),
  backup: z.string().optional(),
  /** Default: access group SYSTEM. */
  account: z
    .union([z.strictObject({ person: z.string() }), z.strictObject({ group: z.string() })])
    .optional(),
  status: z.enum(['running', 'stopped']).optional(),
  needsRead: z.array(reference).optional(),
  startupMs: z.number().int().nonnegative().optional(),
  shutdownMs: z.number().int().nonnegative().optional(),
  options: keyValues.optional(),
  annex: keyValues.optional(),
  grants: grants.optional(),
});

export const worldSpecSchema = z.strictObject({
  tenants: z.array(z.strictObject({ name: z.string().min(1), grants: grants.optional() })).default([]),
  hosts: z
    .array(
      z.strictObject({ name: z.string().min(1), address: z.string().optional(), grants: grants.optional() }),
    )
    .default([]),
  persons: z
    .array(
      z.strictObject({
        userName: z.string().min(1),
        employeeId: z.string().min(1),
        firstName: z.string().optional(),
        lastName: z.string().optional(),
        tenant: z.string().optional(),
        password: z.string().optional(),
        isAgent: z.boolean().optional(),
        grants: grants.optional(),
        annex: keyValues.optional(),
      }),
    )
    .default([]),
  accessGroups: z.array(z.strictObject({ ...named, members: z.array(z.string()).optional() })).default([]),
  applications: z.array(application).default([]),
  scripts: z.array(z.strictObject({ ...named, type: z.number().int() })).default([]),
  enumerators: z.array(z.strictObject(named)).default([]),
  transactions: z.array(z.strictObject(named)).default([]),
});
export type WorldSpec = z.input<typeof worldSpecSchema>;
export type FullWorldSpec = z.output<typeof worldSpecSchema>;

/** Users of the two channels: the first has full rights, the second can only read. */
export const users = {
  onboarding: { userName: 'onboarding', password: 'onboarding' },
  observer: { userName: 'observer', password: 'observer' },
} as const;
