const DAY_MS = 86_400_000;

/** Older commands are refused. Longer than topics keep records by default (7 days), so that no sender meets it by waiting. */
export const COMMAND_MAX_AGE_MS = 30 * DAY_MS;
/** How far a sender's clock may be ahead. */
export const COMMAND_MAX_AHEAD_MS = 3_600_000;
/** A row of the inbox outlives its command, whose age counts from the sender's clock, by a day. */
export const INBOX_KEEP_MS = COMMAND_MAX_AGE_MS + DAY_MS;

/** A command as a sender put it on the broker: the envelope is understood, what it asks is not looked at yet. */
export interface IncomingCommand {
  /** `source` and `id` together are the idempotency key. */
  readonly source: string;
  readonly id: string;
  readonly type: string;
  /** When it was sent: the earlier of the sender's time and the record's, so that neither makes an old one young. */
  readonly time: Date;
  readonly correlationId: string | null;
  readonly traceparent: string | null;
  /** Key of the record; null when it had none. */
  readonly partitionKey: string | null;
  readonly data: unknown;
}

/** What became of a command. A refused one has been answered by a `command.refused` event of the same transaction. */
export type CommandResult =
  | { readonly outcome: 'accepted' }
  | { readonly outcome: 'seen-before' }
  | { readonly outcome: 'refused' }
  | { readonly outcome: 'dead-letter'; readonly reasonCode: string; readonly reason: string };

/** Takes commands in: implemented by the room that knows what they mean. */
export abstract class CommandInbox {
  /**
   * Stores a batch in one transaction, in the order given; repeats of a (source, id) change nothing.
   * @returns one result per command, in the same order, after the commit
   * @throws when nothing was stored; AppError `unavailable` (or a lost database) means: the same again later
   */
  abstract handle(commands: readonly IncomingCommand[]): Promise<readonly CommandResult[]>;
}
