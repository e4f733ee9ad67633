import kafkajs from 'kafkajs';
import { describe, expect, it } from 'vitest';
import type { DeadLetter } from '../dead-letter.js';
import type { ProducedMessage } from './produce-request.js';
import { sendLetters } from './send-letters.js';

const letter = (n: number, bytes: number): DeadLetter => ({
  key: Buffer.from('k'),
  value: Buffer.alloc(bytes, 'x'),
  headers: [['n', String(n)]],
});
const numberOf = ({ headers }: ProducedMessage): unknown => (headers as DeadLetter['headers'])[0]?.[1];

/** A topic that takes so much in one request; what is packed counts a thousandth. */
class Topic {
  readonly taken: { n: unknown[]; packed: boolean }[] = [];
  readonly messages: ProducedMessage[] = [];
  replaced = 0;

  constructor(private readonly maxBytes: number) {}

  ready(): Promise<void> {
    this.replaced += 1;
    return Promise.resolve();
  }

  send(
    _topic: string,
    messages: readonly ProducedMessage[],
    compression = kafkajs.CompressionTypes.None,
  ): Promise<void> {
    const packed = compression === kafkajs.CompressionTypes.GZIP;
    const bytes = messages.reduce((sum, { value }) => sum + (value?.length ?? 0), 0) / (packed ? 1000 : 1);
    if (bytes > this.maxBytes) {
      const cause = Object.assign(new Error('too large'), { type: 'MESSAGE_TOO_LARGE' });
      return Promise.reject(Object.assign(new Error('retries exceeded'), { cause }));
    }
    this.taken.push({ n: messages.map(numberOf), packed });
    this.messages.push(...messages);
    return Promise.resolve();
  }
}

describe('Dead letters', () => {
  it('go in batches that their topic takes, in their order', async () => {
    const topic = new Topic(1_000_000);
    await sendLetters(topic, 'dlq', [
      letter(1, 400_000),
      letter(2, 400_000),
      letter(3, 400_000),
      letter(4, 1),
    ]);
    expect(topic.taken).toEqual([
      { n: ['1', '2'], packed: false },
      { n: ['3', '4'], packed: false },
    ]);
  });

  it('that are large by themselves go packed and alone, between the others', async () => {
    const topic = new Topic(1_000_000);
    await sendLetters(topic, 'dlq', [letter(1, 10), letter(2, 5_000_000), letter(3, 10)]);
    expect(topic.taken).toEqual([
      { n: ['1'], packed: false },
      { n: ['2'], packed: true },
      { n: ['3'], packed: false },
    ]);
    expect(topic.messages[1]?.value).toHaveLength(5_000_000);
  });

  it('that no topic takes are sent without what is large, and say how much that was', async () => {
    const topic = new Topic(1000);
    const large = {
      ...letter(1, 2_000_000),
      headers: [
        ['n', '1'],
        ['big', 'y'.repeat(20_000)],
      ] as const,
    };
    await sendLetters(topic, 'dlq', [large, letter(2, 10)]);
    expect(topic.replaced).toBe(1);
    expect(topic.messages).toEqual([
      {
        key: large.key,
        value: null,
        headers: [
          ['n', '1'],
          ['x-dlq-omitted-bytes', '2000000'],
        ],
      },
      letter(2, 10),
    ]);
  });

  it('wait for a broker that is away', async () => {
    const away = { send: () => Promise.reject(new Error('no broker')), ready: () => Promise.resolve() };
    await expect(sendLetters(away, 'dlq', [letter(1, 2_000_000)])).rejects.toThrow('no broker');
  });
});
