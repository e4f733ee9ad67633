/**
 * What goes with every call to a target, as its first argument.
 * The adapter calls `beforeSend` in the HTTP client's last hook before the bytes go out; it throws when the
 * worker's lease would not outlive the call (design 5, rule 4), and then nothing may be sent.
 */
export interface Call {
  /** @param timeoutMs the longest this call may take from now @throws CallError of class `lease-lost` */
  beforeSend(timeoutMs: number): void;
  readonly signal?: AbortSignal;
  readonly look?: Look;
}

/** Questions that belong to one picture of the target: what is asked twice is sent once. For reads only. */
export interface Look {
  /** What has been asked, by question; a port's own affair. */
  readonly answers: Map<string, unknown>;
  /** `background`: nobody waits for it, so it leaves at least half of the target's limits to others. */
  readonly pace: 'foreground' | 'background';
}

/** For reads: they change nothing, so no lease has to cover them. */
export const reading: Call = { beforeSend: () => undefined };

/** Reads of one look. Made anew for every look: an answer is as old as the look it was given in. */
export const newLook = (pace: Look['pace'] = 'foreground', signal?: AbortSignal): Call => ({
  ...reading,
  ...(signal === undefined ? {} : { signal }),
  look: { answers: new Map(), pace },
});
