import { Gauge, type Registry } from 'prom-client';
import type { BrokerStatus } from './broker.js';
import { pause } from './doorbell.js';
import type { EventLag } from './read-lag.sql.js';

/** Events leave within milliseconds, and a broker that restarts is back within some 15 s. */
const LATE_SECONDS = 60;

const ANSWER_MS = 1000;

/** How far messages are behind: what `Messaging` tells. */
export interface Lagging {
  readonly hasBroker: boolean;
  eventLag(): Promise<EventLag>;
  /** Commands that nobody has taken yet, the same in every process. @throws without the broker */
  commandLag(): Promise<number>;
  readonly commandLagLimit: number;
}

/** Read when they are asked for; without a database the last value stands, so that the other metrics still come. */
export function measureLag(registry: Registry, messaging: Lagging): void {
  new Gauge({
    name: 'events_lag_seconds',
    help: 'Age of the oldest event that the feed, or the broker, does not have yet; the same in every process.',
    labelNames: ['stage'],
    registers: [registry],
    async collect() {
      const lag = await messaging.eventLag().catch(() => null);
      if (lag === null) return;
      this.set({ stage: 'feed' }, lag.feed);
      if (messaging.hasBroker) this.set({ stage: 'broker' }, lag.broker);
    },
  });
  if (!messaging.hasBroker) return;
  new Gauge({
    name: 'kafka_commands_behind',
    help: 'Commands that are not taken yet; the same in every process.',
    registers: [registry],
    async collect() {
      const behind = await soon(messaging.commandLag()).catch(() => null);
      if (behind !== null) this.set(behind);
    },
  });
}

/** For readiness. @throws without a database */
export async function lagStatus(messaging: Lagging): Promise<BrokerStatus> {
  const { feed, broker } = await messaging.eventLag();
  if (feed > LATE_SECONDS) return late('the feed', feed);
  if (messaging.hasBroker && broker > LATE_SECONDS) return late('the broker', broker);
  return { ok: true };
}

/** For readiness. @throws without the broker */
export async function commandLagStatus(messaging: Lagging): Promise<BrokerStatus> {
  const behind = messaging.hasBroker ? await messaging.commandLag() : 0;
  if (behind <= messaging.commandLagLimit) return { ok: true };
  const { commandLagLimit: limit } = messaging;
  return { ok: false, reason: `${behind} commands wait, more than ${limit} (KAFKA_COMMANDS_LAG_LIMIT)` };
}

/** A broker that is away is asked for some 10 s: no metric may wait for it. */
async function soon<T>(answer: Promise<T>): Promise<T> {
  const patience = new AbortController();
  const late = pause(ANSWER_MS, patience.signal).then(() => Promise.reject(new Error('no answer')));
  late.catch(() => undefined);
  try {
    return await Promise.race([answer, late]);
  } finally {
    patience.abort();
  }
}

const late = (where: string, seconds: number): BrokerStatus => ({
  ok: false,
  reason: `an event waits for ${where} since ${Math.round(seconds)} s`,
});
