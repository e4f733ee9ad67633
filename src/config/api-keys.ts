import * as z from 'zod';
import type { Fault } from '../errors.js';
import { faultsOf } from './faults.js';

export const roles = ['viewer', 'requester', 'operator', 'approver', 'admin'] as const;
export type Role = (typeof roles)[number];

export const scopeSchema = z.strictObject({ target: z.string().min(1), tenant: z.string().min(1) });

const fileSchema = z.strictObject({
  keys: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(200),
        sha256: z
          .string()
          .regex(/^[0-9a-fA-F]{64}$/, 'expected the SHA-256 of the key as 64 hexadecimal digits'),
        roles: z.array(z.enum(roles)).min(1),
        scopes: z.array(scopeSchema).min(1),
      }),
    )
    .min(1),
});

/** A caller's key as it is kept: the SHA-256 of the key, what the caller may do and where; `*` stands for every target or tenant. */
export type ApiKey = Readonly<z.infer<typeof fileSchema>['keys'][number]>;

export function readApiKeys(json: unknown): { keys: ApiKey[]; faults: Fault[] } {
  const parsed = fileSchema.safeParse(json);
  if (!parsed.success) return { keys: [], faults: faultsOf(parsed.error.issues, { schema: fileSchema }) };
  const { keys } = parsed.data;
  const faults: Fault[] = [];
  keys.forEach((key, i) => {
    // The name is the caller in records and in the scope of idempotency keys.
    if (keys.findIndex((other) => other.name === key.name) < i)
      faults.push({ pointer: `/keys/${i}/name`, detail: 'is the name of another key already' });
    if (keys.findIndex((other) => other.sha256.toLowerCase() === key.sha256.toLowerCase()) < i)
      faults.push({ pointer: `/keys/${i}/sha256`, detail: "is another caller's key already" });
  });
  return { keys: keys.map((key) => ({ ...key, sha256: key.sha256.toLowerCase() })), faults };
}
