import { Gauge, type Registry } from 'prom-client';
import type { BrokerStatus } from './broker.js';
import type { EventLag } from './read-lag.sql.js';

/** Events leave within milliseconds, and a broker that restarts is back within some 15 s. */
const LATE_SECONDS = 60;

/** How far messages are behind: what `Messaging` tells. */
export interface Lagging {
  readonly hasBroker: boolean;
  eventLag(): Promise<EventLag>;
  /** Commands in the partitions of this process that are not taken yet. */
  commandLag(): number;
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
    help: 'Commands in the partitions of this process that are not taken yet, as of their last batches.',
    registers: [registry],
    collect() {
      this.set(messaging.commandLag());
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

const late = (where: string, seconds: number): BrokerStatus => ({
  ok: false,
  reason: `an event waits for ${where} since ${Math.round(seconds)} s`,
});
