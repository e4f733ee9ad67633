import * as z from 'zod';
import { isLoopback } from './loopback.js';
import type { Variables, ReadFile } from './environment.js';

/** Where the secrets of the targets file come from. */
export interface SecretSources {
  readonly variables: Variables;
  readonly readFile: ReadFile;
}

export const secretSchema = z.union(
  [
    z.string().min(1),
    z.strictObject({ env: z.string().min(1) }),
    z.strictObject({ file: z.string().min(1) }),
  ],
  { error: 'expected { "env": "<NAME>" }, { "file": "<path>" } or, for a host on loopback, a string' },
);

export type Secret = z.infer<typeof secretSchema>;

/** Neither fits into a header: a call would fail each time, long after the start. */
const forms = {
  token: { form: /^[\x21-\x7e]+$/, wanted: 'visible ASCII characters without blanks' },
  password: { form: /^\P{Cc}+$/u, wanted: 'one line without control characters' },
} as const;

export type SecretForm = keyof typeof forms;

/** @returns the secret, or why there is none */
export function resolveSecret(
  secret: Secret,
  form: SecretForm,
  baseUrl: string,
  sources: SecretSources,
): { value: string } | { fault: string } {
  const answer = lookUp(secret, baseUrl, sources);
  if ('fault' in answer || forms[form].form.test(answer.value)) return answer;
  return { fault: `expected ${forms[form].wanted}` };
}

function lookUp(
  secret: Secret,
  baseUrl: string,
  sources: SecretSources,
): { value: string } | { fault: string } {
  if (typeof secret === 'string') {
    // Files are copied, committed and sent around.
    return isLoopback(new URL(baseUrl).hostname)
      ? { value: secret }
      : { fault: 'a secret in the file itself is for hosts on loopback only: use { "env" } or { "file" }' };
  }
  if ('env' in secret) {
    const value = sources.variables[secret.env];
    return value === undefined || value === ''
      ? { fault: `the environment has no ${secret.env}` }
      : { value };
  }
  try {
    const value = sources.readFile(secret.file).replace(/[\r\n]+$/, '');
    return value === '' ? { fault: `${secret.file} is empty` } : { value };
  } catch {
    return { fault: `${secret.file} cannot be read` };
  }
}
