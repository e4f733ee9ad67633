import { EventEmitter } from 'node:events';
import type { Kafka } from 'kafkajs';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { KafkaProducer } from './kafka-producer.js';
import type { KafkaSettings } from './settings.js';

vi.mock('./topics.js', () => ({ ensureTopics: () => Promise.resolve() }));

/** What kafkajs may be when it says that it is connected. */
interface Connection {
  readonly asks: string[];
  readonly fails?: boolean;
}

/** A kafkajs whose producers come one after the other. */
function kafkaOf(connections: Connection[]) {
  const made: { sent: number; disconnected: boolean; failing: boolean; silent: boolean }[] = [];
  const clock = { ms: 0 };
  const producer = () => {
    const { asks, fails = false } = connections[made.length] ?? { asks: ['InitProducerId'] };
    const events = new EventEmitter();
    const state = { sent: 0, disconnected: false, failing: false, silent: false };
    made.push(state);
    return {
      events: { REQUEST: 'request' },
      on: (name: string, listener: (event: unknown) => void) => events.on(name, listener),
      connect: () => {
        for (const apiName of asks) events.emit('request', { payload: { apiName } });
        return fails ? Promise.reject(new Error('no connection')) : Promise.resolve();
      },
      disconnect: () => Promise.resolve(void (state.disconnected = true)),
      send: () => {
        if (state.silent) return new Promise<void>(() => undefined);
        if (state.failing) return Promise.reject(new Error('timed out'));
        state.sent += 1;
        return Promise.resolve();
      },
    };
  };
  const admin = () => ({ connect: () => Promise.resolve(), disconnect: () => Promise.resolve() });
  const kafka = { producer, admin } as unknown as Kafka;
  const settings = { brokers: ['a:1'] } as unknown as KafkaSettings;
  const subject = new KafkaProducer(
    kafka,
    settings,
    pino({ level: 'silent' }),
    () => 0,
    () => clock.ms,
  );
  onTestFinished(() => subject.stop());
  subject.start();
  return { subject, made, clock };
}

describe('The producer', () => {
  it('is not used when it connected without a producer id, and another one is', async () => {
    const { subject, made } = kafkaOf([
      { asks: ['Metadata'] },
      { asks: ['Metadata', 'InitProducerId'], fails: true },
      { asks: ['InitProducerId'] },
    ]);
    expect(subject.status()).toMatchObject({ ok: false });
    await subject.ready();
    expect(subject.status()).toEqual({ ok: true });
    await subject.send('t', []);
    expect(made.map(({ sent, disconnected }) => [sent, disconnected])).toEqual([
      [0, true],
      [0, true],
      [1, false],
    ]);
  });

  it('is replaced after a send that failed: it may have lost count of what the broker has', async () => {
    const { subject, made } = kafkaOf([]);
    await subject.ready();
    const [first] = made;
    if (first !== undefined) first.failing = true;
    await expect(subject.send('t', [])).rejects.toThrow('timed out');
    await subject.ready();
    await subject.send('t', []);
    expect(made.map(({ sent, disconnected }) => [sent, disconnected])).toEqual([
      [0, true],
      [1, false],
    ]);
  });

  it('says so when the broker does not answer, long before it is given up', async () => {
    const { subject, made, clock } = kafkaOf([]);
    await subject.ready();
    await subject.send('t', []);
    clock.ms = 60_000;
    expect(subject.status()).toEqual({ ok: true });
    const [first] = made;
    if (first !== undefined) first.silent = true;
    void subject.send('t', []);
    clock.ms += 19_000;
    expect(subject.status()).toEqual({ ok: true });
    clock.ms += 2000;
    expect(subject.status()).toEqual({ ok: false, reason: 'Kafka: no answer to what was sent 21 s ago' });
  });
});
