import { CallError } from '../saga/call-error.js';
import { messageOf } from '../errors.js';

/** Whether one channel of a target can be used now, and if not, why. */
export interface ChannelHealth {
  readonly ok: boolean;
  readonly detail: string | null;
}

export interface TargetHealth {
  readonly objects: ChannelHealth;
  readonly security: ChannelHealth;
  readonly control: ChannelHealth;
}

export async function healthOf(probe: () => Promise<void>): Promise<ChannelHealth> {
  try {
    await probe();
    return { ok: true, detail: null };
  } catch (error) {
    return { ok: false, detail: error instanceof CallError ? error.detail : messageOf(error) };
  }
}
