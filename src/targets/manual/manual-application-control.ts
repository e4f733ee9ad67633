import { ByHand } from '../../saga/by-hand.js';
import type { Call } from '../../saga/call.js';
import type { ApplicationStatus } from '../../solutions/ports/application-control.js';
import { ApplicationControl } from '../../solutions/ports/application-control.js';

const unseen = 'nobody but a person sees whether a server of this target runs (control driver "manual")';
const byHand = 'servers of this target are started and stopped by a person (control driver "manual")';

/** Nothing of Solution Control Server can be reached: whatever is asked is a person's work. */
export class ManualApplicationControl extends ApplicationControl {
  status(_call: Call, _applicationDbid: number): Promise<ApplicationStatus | null> {
    return Promise.reject(new ByHand(unseen));
  }

  start(): Promise<void> {
    return Promise.reject(new ByHand(byHand));
  }

  stop(): Promise<void> {
    return Promise.reject(new ByHand(byHand));
  }

  switchOver(): Promise<void> {
    return Promise.reject(new ByHand(byHand));
  }
}
