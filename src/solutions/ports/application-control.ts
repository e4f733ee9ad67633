import type { Call } from '../../saga/call.js';

export type RunMode = 'primary' | 'backup' | 'none';

export interface ApplicationStatus {
  /** SCS state 0 to 8: 0 unknown, 1 stopped, 2 and 3 stopping, 4 and 5 starting, 6 running, 7 initializing, 8 service unavailable. */
  readonly status: number;
  readonly runMode: RunMode;
}

/** Starts, stops and switches servers. The target takes the request and the state moves on by itself. @throws CallError, classified; ByHand where nobody but a person can see or do it */
export abstract class ApplicationControl {
  /** null when the application does not exist. */
  abstract status(call: Call, applicationDbid: number): Promise<ApplicationStatus | null>;
  abstract start(call: Call, applicationDbid: number): Promise<void>;
  abstract stop(call: Call, applicationDbid: number, graceful: boolean): Promise<void>;
  /** This one becomes primary, its partner backup. */
  abstract switchOver(call: Call, applicationDbid: number): Promise<void>;
}
