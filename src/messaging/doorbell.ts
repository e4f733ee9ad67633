/** Remembers a ring that came while its owner was busy, so that nothing is lost between looking and waiting. */
export class Doorbell {
  private rung = false;
  private answer: (() => void) | null = null;

  readonly ring = (): void => {
    this.rung = true;
    this.answer?.();
  };

  /** Resolves at the next ring (or at once after one not yet answered), after `timeoutMs`, or when aborted. */
  async wait(timeoutMs: number, signal: AbortSignal): Promise<void> {
    if (!this.rung && !signal.aborted && timeoutMs > 0) {
      await new Promise<void>((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          signal.removeEventListener('abort', done);
          this.answer = null;
          resolve();
        };
        const timer = setTimeout(done, timeoutMs);
        signal.addEventListener('abort', done);
        this.answer = done;
      });
    }
    this.rung = false;
  }
}

/** Resolves after `ms`, or when aborted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await new Doorbell().wait(ms, signal);
}
