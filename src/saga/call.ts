/**
 * What goes with every call to a target, as its first argument.
 * The adapter calls `beforeSend` in the HTTP client's last hook before the bytes go out; it throws when the
 * worker's lease would not outlive the call (design 5, rule 4), and then nothing may be sent.
 */
export interface Call {
  /** @param timeoutMs the longest this call may take from now @throws CallError of class `lease-lost` */
  beforeSend(timeoutMs: number): void;
  readonly signal?: AbortSignal;
}

/** For reads: they change nothing, so no lease has to cover them. */
export const reading: Call = { beforeSend: () => undefined };
