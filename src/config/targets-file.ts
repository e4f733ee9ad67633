import * as z from 'zod';
import type { Fault } from '../errors.js';
import { caSchema, resolveCa, type CaSource } from './certificates.js';
import { conventionsSchema } from './conventions.js';
import { faultsOf } from './faults.js';
import { ignoreRule } from './ignore-rules.js';
import { noTwins } from './no-twins.js';
import { resolveSecret, secretSchema, type SecretForm, type SecretSources } from './secret.js';
import { singleConnectionTypes } from './single-connection.js';
import { defaultBreaker, type TargetConfig } from './target-config.js';

const baseUrl = z
  .url({ protocol: /^https?$/, error: 'expected an http or https URL', abort: true })
  .refine(
    (text) => URL.canParse(text) && isPlain(new URL(text)),
    'expected a URL without credentials, query or fragment',
  )
  .transform((text) => text.replace(/\/+$/, ''));

const isPlain = (url: URL): boolean =>
  url.username === '' && url.password === '' && url.search === '' && url.hash === '';

const ms = (longest: number): z.ZodInt => z.int().min(0).max(longest);

const aMonthMs = 31 * 86_400_000;

/** Work that is handed to a person. */
const manual = z.strictObject({
  driver: z.literal('manual'),
  assignee: z.string().min(1).max(255).nullable().default(null),
  dueMs: z.int().min(1_000).max(aMonthMs).default(14_400_000),
  remindMs: z.int().min(1_000).max(aMonthMs).default(3_600_000),
});

const connection = { ca: caSchema.optional(), maxConnections: z.int().min(1).max(1_000).optional() };

const bridge = z.strictObject({ driver: z.literal('bridge'), baseUrl, token: secretSchema, ...connection });

const bridgeOrManual = z.discriminatedUnion('driver', [bridge, manual]);

/** Names of access groups, each once. */
const groupNames = z.array(z.string().regex(/\S/, 'is blank')).superRefine(noTwins).default([]);

export const targetSchema = z.strictObject({
  // Part of record keys and paths, between slashes.
  name: z
    .string()
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/,
      'expected 1 to 63 letters, digits, dots, hyphens or underscores, the first a letter or digit',
    ),
  objects: z.strictObject({
    driver: z.literal('gws'),
    baseUrl,
    // Basic parts name and password at the first colon (RFC 7617).
    username: z.string().regex(/^[^:\p{Cc}]+$/u, 'is empty, or has a colon or control characters in it'),
    password: secretSchema,
    ...connection,
  }),
  security: bridgeOrManual,
  control: bridgeOrManual,
  timeoutMs: z.int().min(1).max(300_000).default(15_000),
  maxConcurrent: z.int().min(1).max(1_000).default(16),
  maxPerSecond: z.int().min(1).max(100_000).default(200),
  breaker: z
    .strictObject({
      failures: z.int().min(1).max(1_000).default(defaultBreaker.failures),
      probeAfterMs: z.int().min(100).max(300_000).default(defaultBreaker.probeAfterMs),
      maxProbeAfterMs: z.int().min(100).max(300_000).default(defaultBreaker.maxProbeAfterMs),
    })
    .refine(({ probeAfterMs, maxProbeAfterMs }) => probeAfterMs <= maxProbeAfterMs, {
      error: 'must not be more than maxProbeAfterMs',
      path: ['probeAfterMs'],
    })
    .prefault({}),
  baseAccessGroups: groupNames,
  requiredReads: z
    .strictObject({
      hosts: z.boolean().default(true),
      connections: z.boolean().default(true),
      childScripts: z.boolean().default(false),
      objects: z.array(z.strictObject({ type: z.int().min(1), name: z.string().min(1) })).default([]),
    })
    .prefault({}),
  pairRebind: z.enum(['rolling', 'together']).default('rolling'),
  settleMs: ms(3_600_000).default(5_000),
  lateMs: ms(3_600_000).default(5_000),
  // Facts sheet 5: likely ones; which else a site runs it knows itself.
  singleConnection: z
    .array(z.strictObject({ type: z.int().min(1), name: z.string().min(1) }))
    .default([...singleConnectionTypes]),
  // A round over 200 solutions with 5,000 Business Processes is some 12,000 calls: two minutes at half of the default limit.
  verifyEveryMs: z
    .int()
    .min(0, { abort: true })
    .max(30 * 86_400_000, { abort: true })
    .refine((every) => every === 0 || every >= 10_000, 'is 0 (never) or at least 10000')
    .default(900_000),
  ignore: z.array(ignoreRule).default([]),
  conventions: conventionsSchema.prefault({}),
});

/** A target as it is written; what may be left out has defaults. */
export type TargetInput = z.input<typeof targetSchema>;

const fileSchema = z.strictObject({ targets: z.array(targetSchema).min(1, 'expected at least one target') });

/** The targets of a parsed targets file with secrets resolved, and all faults of it. */
export function readTargets(
  json: unknown,
  sources: SecretSources,
): { targets: TargetConfig[]; faults: Fault[] } {
  const parsed = fileSchema.safeParse(json);
  if (!parsed.success) return { targets: [], faults: faultsOf(parsed.error.issues, { schema: fileSchema }) };
  const faults = twins(parsed.data.targets.map((target) => target.name));
  const targets = parsed.data.targets.map((target, i): TargetConfig => {
    const secret = (
      section: 'objects' | 'security' | 'control',
      member: SecretForm,
      of: z.infer<typeof secretSchema>,
      baseUrl: string,
    ): string => {
      const answer = resolveSecret(of, member, baseUrl, sources);
      if ('value' in answer) return answer.value;
      faults.push({ pointer: `/targets/${i}/${section}/${member}`, detail: answer.fault });
      return '';
    };
    const trusting = <S extends { readonly ca?: CaSource | undefined; readonly baseUrl: string }>(
      section: 'objects' | 'security' | 'control',
      { ca, ...settings }: S,
    ): Omit<S, 'ca'> & { ca?: string } => {
      if (ca === undefined) return settings;
      const answer = resolveCa(ca, settings.baseUrl, sources);
      if ('pem' in answer) return { ...settings, ca: answer.pem };
      faults.push({ pointer: `/targets/${i}/${section}/ca`, detail: answer.fault });
      return settings;
    };
    const channel = (section: 'security' | 'control'): TargetConfig['security'] => {
      const settings = target[section];
      if (settings.driver === 'manual') return settings;
      return {
        ...trusting(section, settings),
        token: secret(section, 'token', settings.token, settings.baseUrl),
      };
    };
    return {
      ...target,
      objects: {
        ...trusting('objects', target.objects),
        password: secret('objects', 'password', target.objects.password, target.objects.baseUrl),
      },
      security: channel('security'),
      control: channel('control'),
    };
  });
  return { targets, faults };
}

function twins(names: readonly string[]): Fault[] {
  return names.flatMap((name, i) =>
    names.indexOf(name) < i
      ? [{ pointer: `/targets/${i}/name`, detail: `"${name}" is the name of another target already` }]
      : [],
  );
}

/** One target from a value of our own, such as the built-in simulator's. */
export function targetConfig(
  input: TargetInput,
  sources: SecretSources = { variables: {}, readFile: () => '' },
): TargetConfig {
  const { targets, faults } = readTargets({ targets: [input] }, sources);
  if (targets[0] === undefined || faults.length > 0)
    throw new Error(`not a target: ${JSON.stringify(faults)}`);
  return targets[0];
}
