import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { AppError } from '../errors.js';
import type { BatchHost, OffsetRecord } from './command-batches.js';
import { CommandBatches } from './command-batches.js';
import type { DeadLetter } from './dead-letter.js';
import type { CommandResult, IncomingCommand } from './incoming-command.js';
import { CommandInbox } from './incoming-command.js';

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

function setUp(): { inbox: FakeInbox; host: Host; letters: DeadLetter[]; batches: CommandBatches } {
  const inbox = new FakeInbox();
  const host = new Host();
  const letters: DeadLetter[] = [];
  const send = (sent: readonly DeadLetter[]): Promise<void> => {
    letters.push(...sent);
    host.log.push(`${sent.length} dead`);
    return Promise.resolve();
  };
  // No jitter upwards: retries come at once.
  return {
    inbox,
    host,
    letters,
    batches: new CommandBatches(inbox, { send }, pino({ level: 'silent' }), () => 0),
  };
}

function command(offset: number): OffsetRecord {
  const value = { specversion: '1.0', id: `m-${offset}`, source: '/t', type: 'x', data: {} };
  return {
    key: Buffer.from('k'),
    value: Buffer.from(JSON.stringify(value)),
    headers: { 'content-type': 'application/cloudevents+json' },
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
      headers: { a: Buffer.from([0xfe]), b: ['1', '2'], c: null },
    };
    await batches.take([command(1), poison, command(3), command(4)], host);
    expect(inbox.taken).toEqual(ids([1, 3, 4]));
    expect(host.log).toEqual(['2 dead', 'resolved 4']);
    expect(letters).toEqual([
      {
        key: poison.key,
        value: poison.value,
        headers: {
          ...poison.headers,
          'x-dlq-reason-code': 'not-a-cloudevent',
          'x-dlq-reason': expect.any(String) as string,
          'x-dlq-topic': 'commands',
          'x-dlq-partition': '3',
          'x-dlq-offset': '2',
          'x-dlq-timestamp': '1764000000000',
          'x-dlq-attempts': '1',
        },
      },
      expect.objectContaining({
        headers: expect.objectContaining({
          'x-dlq-reason-code': 'unknown-type',
          'x-dlq-offset': '3',
        }) as object,
      }),
    ]);
  });

  it('finds the one command that the handler stumbles over and takes all others, in order', async () => {
    const { inbox, host, letters, batches } = setUp();
    inbox.refuses = (commands) =>
      commands.some(({ id }) => id === 'm-77') ? new Error('invalid byte sequence') : null;
    await batches.take(range(1, 200).map(command), host);
    expect(inbox.taken).toEqual(ids(range(1, 200).filter((offset) => offset !== 77)));
    expect(
      letters.map(({ headers }) => [
        headers['x-dlq-offset'],
        headers['x-dlq-attempts'],
        headers['x-dlq-reason-code'],
        headers['x-dlq-reason'],
      ]),
    ).toEqual([['77', '5', 'handler-failed', 'invalid byte sequence']]);
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
    const batches = new CommandBatches(inbox, { send }, pino({ level: 'silent' }), () => 0);
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
