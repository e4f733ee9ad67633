import type { OpenChannel } from '../channel.js';

/** A channel that is a person: there is nothing that could be down, asked or closed. */
export function channelByHand<Port>(port: Port): OpenChannel<Port> {
  return {
    port,
    breakerState: { state: 'closed', sinceMs: null, probeAtMs: null, detail: null },
    health: () => Promise.resolve({ ok: true, detail: null }),
    close: () => Promise.resolve(),
  };
}
