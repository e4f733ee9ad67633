import { createRequire } from 'node:module';

const KNOWN_VERSION = '2.2.4';
const CHECK_MS = 10;

interface RequestQueue {
  pending: unknown[];
  throttledUntil: number;
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  checkPendingRequests(): void;
  scheduleCheckPendingRequests(): void;
}

let mended = false;

/**
 * kafkajs arms a timer after every answer, with nothing pending, at a hugely negative delay: 888 timers a second and
 * 2.85 % of a core for each idle connection, TimeoutNegativeWarning on Node 24. Armed only while requests are
 * pending: 0.12 %.
 * @throws when this is not the kafkajs that was read and measured: look at `network/requestQueue` again then
 */
export function mendBusyTimer(): void {
  if (mended) return;
  const require = createRequire(import.meta.url);
  const { version } = require('kafkajs/package.json') as { version: string };
  const { prototype } = require('kafkajs/src/network/requestQueue') as { prototype: RequestQueue };
  if (version !== KNOWN_VERSION || typeof prototype.scheduleCheckPendingRequests !== 'function') {
    throw new Error(`kafkajs ${version} is not the version whose idle timer is known (${KNOWN_VERSION})`);
  }
  prototype.scheduleCheckPendingRequests = function (this: RequestQueue): void {
    if (this.pending.length === 0 || this.throttleCheckTimeoutId !== null) return;
    const delayMs = Math.max(this.throttledUntil - Date.now(), CHECK_MS);
    this.throttleCheckTimeoutId = setTimeout(() => {
      this.throttleCheckTimeoutId = null;
      this.checkPendingRequests();
    }, delayMs);
  };
  mended = true;
}
