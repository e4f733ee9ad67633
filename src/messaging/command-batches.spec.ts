import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { AppError } from '../errors.js';
import type { BatchHost } from './batch-session.js';
import type { OffsetRecord } from './command-batches.js';
import { CommandBatches } from './command-batches.js';
import type { DeadLetter } from './dead-letter.js';
import type { CommandResult, IncomingCommand } from './incoming-command.js';
import { CommandInbox } from './incoming-command.js';

const now = (): Date => new Date(1_764_000_000_000);
const log = pino({ level: 'silent' });

/** Takes what it is told to; remembers what it took, in order. */
class FakeInbox extends CommandInbox {
  readonly taken: string[] = [];
  readonly calls: number[] = [];
  refuses: (commands: readonly IncomingCommand[]) => Error | null = () => null;
  results: (command: IncomingCommand) => CommandResult = () => ({ outcome: 'accepted' });

  handle(commands: readonly IncomingCommand[]): Promise<CommandResult[]> {
    this.calls.push(commands.length);
    const error = this.refuses(commands);
    if (error !== null) return Promise.reject(error);
    this.taken.push(...commands.map(({ id }) => id));
    return Promise.resolve(commands.map(this.results));
  }
}

class Host implements BatchHost {
  readonly topic = 'commands';
  readonly partition = 3;
  readonly stop = new AbortController();
  readonly signal = this.stop.signal;
  readonly log: string[] = [];
  heartbeats = 0;

  stopped(): boolean {
    return this.signal.aborted;
  }

  heartbeat(): Promise<void> {
    this.heartbeats++;
    return Promise.resolve();
  }

  resolve(offset: string): void {
    this.log.push(`resolved ${offset}`);
  }
}

function setUp(random = () => 0): {
  inbox: FakeInbox;
  host: Host;
  letters: DeadLetter[];
  batches: CommandBatches;
} {
  const inbox = new FakeInbox();
  const host = new Host();
  const letters: DeadLetter[] = [];
  const send = (sent: readonly DeadLetter[]): Promise<void> => {
    letters.push(...sent);
    host.log.push(`${sent.length} dead`);
    return Promise.resolve();
  };
  // Without jitter retries come at once.
  return {
    inbox,
    host,
    letters,
    batches: new CommandBatches(inbox, { send }, log, now, random),
  };
}

function command(offset: number): OffsetRecord {
  const value = { specversion: '1.0', id: `m-${offset}`, source: '/t', type: 'x', data: {} };
  return {
    key: Buffer.from('k'),
    value: Buffer.from(JSON.stringify(value)),
    headers: [['content-type', 'application/cloudevents+json']],
    timestamp: '1764000000000',
    offset: String(offset),
  };
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);
const ids = (offsets: number[]): string[] => offsets.map((offset) => `m-${offset}`);

describe('CommandBatches', () => {
  it('resolves offsets after the inbox has answered, some hundred commands at a time', async () => {
    const { inbox, host, batches } = setUp();
    inbox.results = (taken) => {
      if (taken.id === 'm-450') expect(host.log).toEqual(['resolved 200', 'resolved 400']);
      return { outcome: 'accepted' };
    };
    await batches.take(range(1, 450).map(command), host);
    expect(inbox.calls).toEqual([200, 200, 50]);
    expect(inbox.taken).toEqual(ids(range(1, 450)));
    expect(host.log).toEqual(['resolved 200', 'resolved 400', 'resolved 450']);
    expect(host.heartbeats).toBeGreaterThanOrEqual(3);
  });

  it('sets aside what cannot be understood and what the inbox sends back, byte for byte, before it resolves', async () => {
    const { inbox, host, letters, batches } = setUp();
    inbox.results = ({ id }) =>
      id === 'm-3'
        ? { outcome: 'dead-letter', reasonCode: 'unknown-type', reason: 'what is x' }
        : { outcome: 'refused' };
    const poison = {
      ...command(2),
      value: Buffer.from([0xff, 0]),
      headers: [
        ['b', '1'],
        [Buffer.from([0xff]), Buffer.from([0xfe])],
        ['b', '2'],
        ['x-dlq-reason', 'of another'],
        ['c', null],
      ] as const,
    };
    await batches.take([command(1), poison, command(3), command(4)], host);
    expect(inbox.taken).toEqual(ids([1, 3, 4]));
    expect(host.log).toEqual(['2 dead', 'resolved 4']);
    expect(letters).toEqual([
      {
        key: poison.key,
        value: poison.value,
        headers: [
          ...poison.headers,
          ['x-dlq-reason-code', 'not-a-cloudevent'],
          ['x-dlq-reason', expect.any(String) as string],
          ['x-dlq-topic', 'commands'],
          ['x-dlq-partition', '3'],
          ['x-dlq-offset', '2'],
          ['x-dlq-timestamp', '1764000000000'],
          ['x-dlq-attempts', '1'],
        ],
      },
      expect.objectContaining({
        headers: expect.arrayContaining([
          ['x-dlq-reason-code', 'unknown-type'],
          ['x-dlq-offset', '3'],
        ]) as object,
      }),
    ]);
  });

  it('finds the one command that the handler stumbles over and takes all others, in order', async () => {
    const { inbox, host, letters, batches } = setUp();
    inbox.refuses = (commands) =>
      commands.some(({ id }) => id === 'm-77') ? new Error('invalid byte sequence') : null;
    await batches.take(range(1, 200).map(command), host);
    expect(inbox.taken).toEqual(ids(range(1, 200).filter((offset) => offset !== 77)));
    expect(letters).toHaveLength(1);
    expect(Object.fromEntries(letters[0]?.headers ?? [])).toMatchObject({
      'x-dlq-offset': '77',
      'x-dlq-attempts': '5',
      'x-dlq-reason-code': 'handler-failed',
      'x-dlq-reason': 'invalid byte sequence',
    });
    expect(host.log.at(-1)).toBe('resolved 200');
  });

  it('takes a command that stumbles only sometimes', async () => {
    const { inbox, host, letters, batches } = setUp();
    inbox.refuses = () => (inbox.calls.length < 5 ? new Error('deadlock detected') : null);
    await batches.take([command(1)], host);
    expect(inbox.taken).toEqual(['m-1']);
    expect(letters).toEqual([]);
  });

  it('sets nothing aside while the database is away, however long', async () => {
    const { inbox, host, letters, batches } = setUp();
    inbox.refuses = () => (inbox.calls.length < 100 ? new AppError('unavailable', 'no database') : null);
    await batches.take([command(1), command(2)], host);
    expect(inbox.calls).toEqual(range(1, 100).map(() => 2));
    expect(inbox.taken).toEqual(['m-1', 'm-2']);
    expect(letters).toEqual([]);
    expect(host.log).toEqual(['resolved 2']);
  });

  it('sets nothing aside for what is not the fault of a command: a deadlock, a table that is not there yet', async () => {
    for (const code of ['40P01', '42703', '57014', '58030']) {
      const { inbox, letters, batches, host } = setUp();
      const trouble = Object.assign(new Error('not now'), { code });
      inbox.refuses = () => (inbox.calls.length < 20 ? trouble : null);
      await batches.take([command(1), command(2)], host);
      expect(inbox.taken).toEqual(['m-1', 'm-2']);
      expect(letters).toEqual([]);
    }
  });

  it('takes what is large in small transactions', async () => {
    const { inbox, host, batches } = setUp();
    const large = { specversion: '1.0', source: '/t', type: 'x', data: 'x'.repeat(1_500_000) };
    const records = range(1, 5).map((offset) => ({
      ...command(offset),
      value: Buffer.from(JSON.stringify({ ...large, id: `m-${offset}` })),
    }));
    await batches.take(records, host);
    expect(inbox.calls).toEqual([2, 2, 1]);
    expect(inbox.taken).toEqual(ids([1, 2, 3, 4, 5]));
  });

  it('goes back to its group when a heartbeat says that it moved on, though the database is away', async () => {
    // With jitter: timers, and so heartbeats, get their turn.
    const { inbox, host, batches } = setUp(() => 0.1);
    inbox.refuses = () => new AppError('unavailable', 'no database');
    host.heartbeat = () => Promise.reject(new Error('rebalancing'));
    await expect(batches.take([command(1)], host)).rejects.toThrow('rebalancing');
    expect(host.log).toEqual([]);
  });

  it('resolves nothing that was not taken when it is stopped in the middle', async () => {
    const { inbox, host, batches } = setUp();
    inbox.refuses = () => {
      if (inbox.calls.length < 2) return null;
      host.stop.abort();
      return new AppError('unavailable', 'no database');
    };
    await expect(batches.take(range(1, 300).map(command), host)).rejects.toThrow('no database');
    expect(host.log).toEqual(['resolved 200']);
  });

  it('takes nothing more once the partition is gone', async () => {
    const { inbox, host, batches } = setUp();
    inbox.results = ({ id }) => {
      if (id === 'm-200') host.stop.abort();
      return { outcome: 'accepted' };
    };
    await batches.take(range(1, 300).map(command), host);
    expect(inbox.calls).toEqual([200]);
  });

  it('resolves nothing when dead letters cannot be sent', async () => {
    const inbox = new FakeInbox();
    const host = new Host();
    const send = (): Promise<void> => Promise.reject(new Error('no broker'));
    const batches = new CommandBatches(inbox, { send }, log, now, () => 0);
    await expect(batches.take([command(1), { ...command(2), value: null }], host)).rejects.toThrow(
      'no broker',
    );
    expect(host.log).toEqual([]);
  });

  it('loses no command to an inbox that answers for too few', async () => {
    const { inbox, host, letters, batches } = setUp();
    inbox.handle = () => Promise.resolve([]);
    await batches.take([command(1)], host);
    expect(letters).toHaveLength(1);
  });
});
