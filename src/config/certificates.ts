import { X509Certificate } from 'node:crypto';
import * as z from 'zod';
import type { SecretSources } from './secret.js';

/** Authorities are no secret, but long: they come from a file, or from the environment where files are hard to bring in. */
export const caSchema = z.union(
  [z.strictObject({ file: z.string().min(1) }), z.strictObject({ env: z.string().min(1) })],
  { error: 'expected { "file": "<path>" } or { "env": "<NAME>" } with certificates in PEM' },
);

export type CaSource = z.infer<typeof caSchema>;

const certificate = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** @returns the certificates as PEM, or why there are none */
export function resolveCa(
  source: CaSource,
  baseUrl: string,
  { variables, readFile }: SecretSources,
): { pem: string } | { fault: string } {
  if (!baseUrl.startsWith('https:')) return { fault: 'is of use with an https baseUrl only' };
  let text: string | undefined;
  try {
    text = 'file' in source ? readFile(source.file) : variables[source.env];
  } catch {
    return { fault: `${'file' in source ? source.file : ''} cannot be read` };
  }
  const name = 'file' in source ? source.file : source.env;
  const { pem, fault } = certificatesIn(text ?? '');
  return fault === undefined ? { pem } : { fault: `${name} ${fault}` };
}

/** The certificates in a text, and what is wrong with it. */
export function certificatesIn(text: string): { readonly pem: string; readonly fault?: string } {
  const found = text.match(certificate) ?? [];
  const pem = found.join('\n');
  if (found.length === 0) return { pem, fault: 'has no certificate in PEM (BEGIN CERTIFICATE)' };
  return found.every(isReadable) ? { pem } : { pem, fault: 'has a certificate that cannot be read' };
}

function isReadable(pem: string): boolean {
  try {
    new X509Certificate(pem);
    return true;
  } catch {
    return false;
  }
}
