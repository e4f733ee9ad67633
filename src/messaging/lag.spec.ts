import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { commandLagStatus, lagStatus, measureLag, type Lagging } from './lag.js';

const behind = (changes: Partial<Lagging> = {}): Lagging => ({
  hasBroker: true,
  eventLag: () => Promise.resolve({ feed: 1.5, broker: 61 }),
  commandLag: () => Promise.resolve(7),
  commandLagLimit: 6,
  ...changes,
});
const metrics = async (messaging: Lagging): Promise<string> => {
  const registry = new Registry();
  measureLag(registry, messaging);
  return registry.metrics();
};

describe('Lag', () => {
  it('is measured for the feed, the broker and commands', async () => {
    const text = await metrics(behind());
    expect(text).toContain('events_lag_seconds{stage="feed"} 1.5\n');
    expect(text).toContain('events_lag_seconds{stage="broker"} 61\n');
    expect(text).toContain('kafka_commands_behind 7\n');
  });

  it('is that of the feed alone where there is no broker', async () => {
    const messaging = behind({ hasBroker: false });
    expect(await metrics(messaging)).not.toMatch(/broker"|kafka/);
    expect(await lagStatus(messaging)).toEqual({ ok: true });
  });

  it('does not keep the other metrics away when the database is away', async () => {
    const away = () => Promise.reject(new Error('no database'));
    expect(await metrics(behind({ eventLag: away }))).toContain('kafka_commands_behind 7\n');
  });

  it('does not keep the other metrics away when the broker is away, or never answers', async () => {
    const away = () => Promise.reject(new Error('no broker'));
    expect(await metrics(behind({ commandLag: away }))).toContain('events_lag_seconds{stage="feed"} 1.5\n');
    const never = () => new Promise<number>(() => undefined);
    expect(await metrics(behind({ commandLag: never }))).toContain('events_lag_seconds{stage="feed"} 1.5\n');
  });

  it('of commands is said in readiness beyond its limit', async () => {
    expect(await commandLagStatus(behind())).toEqual({
      ok: false,
      reason: '7 commands wait, more than 6 (KAFKA_COMMANDS_LAG_LIMIT)',
    });
    expect(await commandLagStatus(behind({ commandLagLimit: 7 }))).toEqual({ ok: true });
    expect(await commandLagStatus(behind({ hasBroker: false }))).toEqual({ ok: true });
  });

  it('is said in readiness beyond a minute, and where', async () => {
    expect(await lagStatus(behind())).toEqual({
      ok: false,
      reason: 'an event waits for the broker since 61 s',
    });
    const feed = behind({ eventLag: () => Promise.resolve({ feed: 90.4, broker: 0 }) });
    expect(await lagStatus(feed)).toEqual({ ok: false, reason: 'an event waits for the feed since 90 s' });
    const onTime = behind({ eventLag: () => Promise.resolve({ feed: 60, broker: 60 }) });
    expect(await lagStatus(onTime)).toEqual({ ok: true });
  });
});
