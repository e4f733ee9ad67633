/** The partition a batch comes from, as the transport sees it. */
export interface BatchHost {
  readonly topic: string;
  readonly partition: number;
  /** Aborted when this process stops. */
  readonly signal: AbortSignal;
  /** The partition has been taken away, or the consumer stops: nothing more may be resolved. */
  stopped(): boolean;
  /** The session stays alive; may be called while another call runs. @throws when the group has moved on without us */
  heartbeat(): Promise<void>;
  /** Everything up to this offset is done with. */
  resolve(offset: string): void;
}

const HEARTBEAT_MS = 1000;

/** Heartbeats while a batch is in hand, however long it takes; a failed one says that the partition may be another's. */
export class BatchSession {
  private readonly heart: NodeJS.Timeout;
  private lost: { readonly error: unknown } | null = null;

  constructor(readonly host: BatchHost) {
    this.heart = setInterval(() => {
      host.heartbeat().catch((error: unknown) => (this.lost ??= { error }));
    }, HEARTBEAT_MS);
  }

  end(): void {
    clearInterval(this.heart);
  }

  /** Whether to go on. @throws what the heartbeat said, so that the member joins again and does not wait for its batch */
  goesOn(): boolean {
    if (this.lost !== null) throw this.lost.error;
    return !this.host.stopped();
  }
}
