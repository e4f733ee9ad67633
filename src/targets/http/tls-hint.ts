const untrusted: ReadonlySet<string> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** What to do where a certificate is not trusted; empty for everything else. */
export function tlsHint(error: Error): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && untrusted.has(code)
    ? '; name the authority of this site as "ca" of the channel in the targets file'
    : '';
}
