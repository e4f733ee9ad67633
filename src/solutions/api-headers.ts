import type { FastifyReply, FastifyRequest } from 'fastify';
import type { OperationView } from '../saga/view.js';

/** An onboarding takes some ten seconds; asking once in two is plenty. */
const retryAfterS = 2;

/** Longest time an answer may be held back, in seconds: proxies commonly give up after 60. */
const maxWaitS = 30;

/** Says where the accepted operation is followed; the address is absolute, by the host the caller used. */
export function accepted(
  request: FastifyRequest,
  reply: FastifyReply,
  operation: OperationView,
): OperationView {
  void reply
    .status(202)
    .header('location', operation.solution.href)
    .header('operation-location', `${request.protocol}://${request.host}${operation.href}`);
  if (!operation.done) void reply.header('retry-after', String(retryAfterS));
  return operation;
}

/** `Prefer: wait=N` in ms, at most 30 s; said back in `Preference-Applied`. Anything else in the header is ignored, as RFC 7240 has it. */
export function preferredWaitMs(prefer: string | undefined, reply: FastifyReply): number {
  const seconds = /(?:^|,)\s*wait\s*=\s*"?(\d{1,9})"?\s*(?=$|[,;])/i.exec(prefer ?? '')?.[1];
  if (seconds === undefined) return 0;
  const waitS = Math.min(Number(seconds), maxWaitS);
  void reply.header('preference-applied', `wait=${waitS}`);
  return waitS * 1_000;
}

/** Aborted when the reader has gone away before the answer. */
export function readerGone(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  return gone.signal;
}
