import type { ErrorKind } from './errors.js';

interface Problem {
  kind: ErrorKind;
  title: string;
  /** What it means, for the page under docs/problems. */
  means: string;
  /** What the reader can do about it. */
  remedy: string;
  retryable: boolean;
}

const problem = (kind: ErrorKind, title: string, means: string, remedy: string, retryable = false): Problem => ({
  kind,
  title,
  means,
  remedy,
  retryable,
});

/**
 * Every code that a problem document, an operation's `error` or a finding may carry.
 * docs/problems/<code>.md is generated from here (`npm run generate`) and compared in CI.
 */
export const PROBLEMS = {
  // --- requests
  'malformed-json': problem('invalid', 'The body is not JSON', 'The body could not be parsed as JSON.', 'Send one JSON object in UTF-8 with `Content-Type: application/json`.'),
  'invalid-request': problem('invalid', 'The request is not valid', 'One or more members are missing, unknown or of the wrong form; `errors` lists every fault by JSON pointer.', 'Correct each fault listed in `errors` and send the request again.'),
  'not-found': problem('not-found', 'No such resource', 'Nothing lives at this address.', 'Check the id or the path; the list resources show what exists.'),
  'method-not-allowed': problem('method-not-allowed', 'This method is not offered here', 'The resource exists but does not take this method.', 'See the explorer under /docs for the methods of this resource.'),
  'unsupported-media-type': problem('unsupported-media', 'The media type is not supported', 'Bodies are JSON only.', 'Send `Content-Type: application/json`.'),
  'body-too-large': problem('too-large', 'The body is too large', 'The body exceeds the limit of 1 MiB.', 'Send fewer Business Processes per solution (at most 500).'),
  'not-yet-supported': problem('unprocessable', 'This is not supported yet', 'The request uses a member or value whose behaviour is not there yet; it is refused rather than ignored.', 'Leave the members listed in `errors` out, or wait for the release that brings them.'),
  'target-unknown': problem('unprocessable', 'No such target is configured', 'The request names a target that is not in the targets file, or names none while several are configured.', 'Use one of the targets listed by `GET /v1/targets`.'),
  'idempotency-key-reused': problem('unprocessable', 'The idempotency key was used for another request', 'The same caller sent the same `Idempotency-Key` with another payload.', 'Use a new key for a new request; repeat the first payload to get its operation again.'),
  'plan-not-found': problem('not-found', 'No such plan', 'The plan does not exist or has expired.', 'Ask for a new plan with `validate_only=true`.'),
  'plan-mismatch': problem('unprocessable', 'The plan belongs to another request', 'The body asks for something else than the plan named by `planId`.', 'Send the body the plan was made for, or make a new plan.'),
  'solution-exists': problem('conflict', 'The solution exists already', 'A live solution of this target, tenant and key exists.', 'Read the solution under `href`; use another key for another solution.'),
  'operation-in-progress': problem('conflict', 'Another operation of this solution is running', 'A solution has one operation at a time.', 'Follow the operation under `href` and ask again when it is done.', true),
  'resource-claimed': problem('conflict', 'A Business Process or server belongs to another solution', 'A Business Process and an Interaction Server belong to one live solution of a target.', 'Take the named object out of the request, or offboard the solution that holds it.'),
  'verb-not-possible': problem('conflict', 'The operation cannot do this now', 'The verb does not fit the state of the operation.', 'Choose one of `possibleVerbs`.'),
  'verb-pending': problem('conflict', 'Another request is waiting', 'The operation has a recorded request that waits for its safe point.', 'Wait until `requestedVerb` is empty and ask again.', true),
  'state-mismatch': problem('conflict', 'The operation is in another state', 'The operation is not in the `expectedState` of the request.', 'Read the operation again and decide anew.'),
  'cursor-expired': problem('gone', 'The cursor is older than what is kept', 'Events before the first kept cursor have been removed.', 'Start again without `after` and rebuild what you keep from the solutions.'),
  'unauthenticated': problem('unauthenticated', 'Sign in first', 'The request carries no valid credentials.', 'Send the API key or token of a known caller.'),
  'forbidden': problem('forbidden', 'Not allowed', 'The caller has no role for this on this target and tenant.', 'Ask an administrator for the role named in `detail`.'),
  'precondition-failed': problem('precondition-failed', 'The resource has changed', 'The version given is not the current one.', 'Read the resource again and repeat the request with its version.'),
  'internal': problem('internal', 'Something went wrong on our side', 'An error that nobody foresaw; it is in the log under the same `traceId`.', 'Ask again later; report the `traceId` if it stays.', true),
  'unavailable': problem('unavailable', 'The service cannot do this at the moment', 'The service or something it depends on is not available.', 'Ask again after `Retry-After` seconds.', true),
  'target-unavailable': problem('unavailable', 'The target does not answer', 'The target could not be asked; nothing was changed.', 'Ask again later; `GET /v1/targets` shows the health of the target.', true),
} as const satisfies Record<string, Problem>;

export type ProblemCode = keyof typeof PROBLEMS;
