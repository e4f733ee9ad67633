import type { KafkaConfig } from '../../config/config.js';
import { guardedVerbs, type GuardedVerb } from '../../config/kafka-principals.js';
import { AppError } from '../../errors.js';
import type { Caller } from '../../http/caller.js';
import type { Verb } from '../../saga/verbs.js';

/** Who sent a command, and the guarded verbs they may tell. */
export interface Sender {
  readonly caller: Caller;
  readonly guardedVerbs: readonly GuardedVerb[];
}

/**
 * A sender is known by the source of its CloudEvents: who may claim one is up to the broker's access control. Without
 * a file of principals nobody signs in at all: every source may ask and operate.
 * @throws AppError `forbidden` for a source that is not in the file
 */
export function senderOf(source: string, principals: KafkaConfig['principals']): Sender {
  const name = `kafka:${source}`;
  if (principals === undefined) {
    const scopes = [{ target: '*', tenant: '*' }];
    return { caller: { name, roles: ['requester', 'operator'], scopes }, guardedVerbs: [] };
  }
  const principal = principals.find((one) => one.source === source);
  if (principal === undefined) {
    throw new AppError('forbidden', `The source ${JSON.stringify(source)} may not send commands.`);
  }
  return {
    caller: { name, roles: principal.roles, scopes: principal.scopes },
    guardedVerbs: principal.guardedVerbs,
  };
}

/** @throws AppError `forbidden` for a guarded verb that the sender was not given */
export function allowVerb(sender: Sender, verb: Verb): void {
  const guarded = guardedVerbs.find((one) => one === verb);
  if (guarded === undefined || sender.guardedVerbs.includes(guarded)) return;
  throw new AppError(
    'forbidden',
    `"${verb}" over Kafka is off for ${sender.caller.name}: send it over REST, or have it allowed under "guardedVerbs".`,
  );
}
