/** Channels that say "look again"; they carry no data, so losing one only costs a poll. */
export type WakeChannel = 'operation' | 'event' | 'feed' | 'target';

/**
 * LISTEN/NOTIFY hub over all processes on the database. `notify` is called after a commit, never inside a write
 * transaction (NOTIFY takes a global lock at commit), and is coalesced. Listeners in this process are called as well.
 */
export abstract class Wake {
  abstract notify(channel: WakeChannel): void;
  /** @returns the function that takes the listener away */
  abstract on(channel: WakeChannel, listener: () => void): () => void;
}
