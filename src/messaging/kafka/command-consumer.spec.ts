import { EventEmitter } from 'node:events';
import type { EachBatchPayload, Kafka } from 'kafkajs';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { CommandBatches } from '../command-batches.js';
import { CommandConsumer } from './command-consumer.js';
import type { GroupLag } from './group-lag.js';
import type { KafkaProducer } from './kafka-producer.js';

const names = { HEARTBEAT: 'heartbeat', FETCH: 'fetch', GROUP_JOIN: 'join', CRASH: 'crash' };

/** One member as kafkajs makes them, moved by hand. */
class Member extends EventEmitter {
  disconnected = false;
  eachBatch: (payload: EachBatchPayload) => Promise<void> = () => Promise.resolve();
  readonly events = names;

  connect = (): Promise<void> => Promise.resolve();
  subscribe = (): Promise<void> => Promise.resolve();
  disconnect = (): Promise<void> => Promise.resolve(void (this.disconnected = true));
  run({ eachBatch }: { eachBatch: Member['eachBatch'] }): Promise<void> {
    this.eachBatch = eachBatch;
    return Promise.resolve();
  }

  joins(...partitions: number[]): void {
    this.emit(names.GROUP_JOIN, { payload: { memberAssignment: { commands: partitions } } });
    this.emit(names.FETCH, {});
  }
}

function setUp(take: CommandBatches['take'] = () => Promise.resolve()) {
  const members: Member[] = [];
  const kafka = {
    consumer: () => {
      const member = new Member();
      members.push(member);
      return member;
    },
  } as unknown as Kafka;
  const consumer = new CommandConsumer(
    kafka,
    { ready: () => Promise.resolve() } as unknown as KafkaProducer,
    { take } as unknown as CommandBatches,
    { position: () => Promise.resolve({ behind: 0, committed: 0n }) } as unknown as GroupLag,
    pino({ level: 'silent' }),
    {
      groupId: 'g',
      topic: 'commands',
      sessionMs: 6000,
      monotonicMs: () => performance.now(),
      random: () => 0,
    },
  );
  onTestFinished(() => consumer.stop());
  consumer.start();
  const member = async (n: number): Promise<Member> => {
    await vi.waitFor(() => expect(members).toHaveLength(n), 10_000);
    return members[n - 1] as Member;
  };
  return { consumer, members, member };
}

const batch = (partition: number, ...offsets: string[]): EachBatchPayload =>
  ({
    batch: { topic: 'commands', partition, messages: offsets.map((offset) => ({ offset })) },
    isRunning: () => true,
    isStale: () => false,
    resolveOffset: () => undefined,
  }) as unknown as EachBatchPayload;

describe('The consumer of commands', () => {
  it.each([true, false])(
    'shows a crash at once and puts another member in its place, whether kafkajs would restart it or not (%s)',
    async (restart) => {
      const { consumer, member } = setUp();
      expect(consumer.status()).toEqual({ ok: false, reason: 'Kafka commands: not joined yet' });
      const first = await member(1);
      first.joins(0);
      expect(consumer.status()).toEqual({ ok: true });
      first.emit(names.CRASH, { payload: { error: new Error('not for me'), restart } });
      await vi.waitFor(() =>
        expect(consumer.status()).toEqual({ ok: false, reason: 'Kafka commands: not for me' }),
      );
      const second = await member(2);
      expect(first.disconnected).toBe(true);
      expect(consumer.status().ok).toBe(false);
      second.joins(0);
      expect(consumer.status()).toEqual({ ok: true });
    },
  );

  it('shows a partition that is read but not taken, until it is, or is another member’s', async () => {
    let broken = true;
    const { consumer, member } = setUp(() =>
      broken ? Promise.reject(new Error('no letters')) : Promise.resolve(),
    );
    const one = await member(1);
    one.joins(3, 4);
    const stuck = { ok: false, reason: 'Kafka commands: partition 3: no letters' };
    await expect(one.eachBatch(batch(3))).rejects.toThrow('no letters');
    expect(consumer.status()).toEqual(stuck);
    one.joins(3, 5);
    expect(consumer.status()).toEqual(stuck);
    broken = false;
    await one.eachBatch(batch(3));
    expect(consumer.status()).toEqual({ ok: true });
    broken = true;
    await expect(one.eachBatch(batch(3))).rejects.toThrow();
    one.joins(4, 5);
    expect(consumer.status()).toEqual({ ok: true });
  });

  it('shows none whose records have all been taken before a heartbeat fails: no other batch would clear it', async () => {
    let last = '8';
    const { consumer, member } = setUp((_records, host) => {
      host.resolve(last);
      return Promise.reject(new Error('not the coordinator'));
    });
    const one = await member(1);
    one.joins(3);
    await expect(one.eachBatch(batch(3, '7', '8'))).rejects.toThrow('not the coordinator');
    expect(consumer.status()).toEqual({ ok: true });
    last = '9';
    await expect(one.eachBatch(batch(3, '9', '10'))).rejects.toThrow();
    expect(consumer.status()).toMatchObject({
      ok: false,
      reason: 'Kafka commands: partition 3: not the coordinator',
    });
  });

  it('stops with a member that has crashed, and makes no more of them', async () => {
    const { consumer, members, member } = setUp();
    const first = await member(1);
    first.emit(names.CRASH, { payload: { error: new Error('down'), restart: false } });
    await consumer.stop();
    expect(members.every(({ disconnected }) => disconnected)).toBe(true);
    expect(consumer.status()).toEqual({ ok: false, reason: 'Kafka commands: stopped' });
  });
});
