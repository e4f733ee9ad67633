import * as z from 'zod';
import type { Fault } from '../errors.js';
import { roles, scopeSchema } from './api-keys.js';
import { faultsOf } from './faults.js';

/** Verbs that decide for others or leave something behind: over Kafka nobody may tell them unless it says so here. */
export const guardedVerbs = ['approve', 'skip', 'mark-done', 'abandon'] as const;
export type GuardedVerb = (typeof guardedVerbs)[number];

const fileSchema = z.strictObject({
  principals: z
    .array(
      z.strictObject({
        /** `ce_source`, letter for letter. */
        source: z.string().min(1).max(1024),
        roles: z.array(z.enum(roles)).min(1),
        scopes: z.array(scopeSchema).min(1),
        guardedVerbs: z.array(z.enum(guardedVerbs)).default([]),
      }),
    )
    .min(1),
});

/** Who may send commands over Kafka, what and where; `*` stands for every target or tenant. */
export type KafkaPrincipal = Readonly<z.infer<typeof fileSchema>['principals'][number]>;

export function readPrincipals(json: unknown): { principals: KafkaPrincipal[]; faults: Fault[] } {
  const parsed = fileSchema.safeParse(json);
  if (!parsed.success)
    return { principals: [], faults: faultsOf(parsed.error.issues, { schema: fileSchema }) };
  const { principals } = parsed.data;
  const faults: Fault[] = [];
  principals.forEach(({ source }, i) => {
    if (principals.findIndex((other) => other.source === source) < i)
      faults.push({ pointer: `/principals/${i}/source`, detail: 'is the source of another one already' });
  });
  return { principals, faults };
}
