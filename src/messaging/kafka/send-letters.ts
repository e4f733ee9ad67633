import kafkajs from 'kafkajs';
import type { DeadLetter } from '../dead-letter.js';
import { answerOf, NotSent } from './broker-answer.js';
import type { KafkaProducer } from './kafka-producer.js';

/** Below what the topic takes (2 MiB where we made it, 64 KiB more than a command anywhere): letters of one key are one batch. */
const BATCH_BYTES = 900_000;
/** What Kafka answers for a batch that its topic or it will never take. */
const TOO_LARGE = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE']);

type Sender = Pick<KafkaProducer, 'send' | 'ready'>;

/**
 * Sends dead letters in their order, in batches that their topic takes. One that is large by itself goes packed: it may
 * have come packed. One that is too large even so is sent without its value, or its partition would stand still for
 * ever: the record lies where the letter says, as long as the topic of commands keeps it.
 * @throws when some may not be there
 */
export async function sendLetters(
  sender: Sender,
  topic: string,
  letters: readonly DeadLetter[],
): Promise<void> {
  let batch: DeadLetter[] = [];
  let bytes = 0;
  const flush = async (): Promise<void> => {
    if (batch.length > 0) await sender.send(topic, batch);
    batch = [];
    bytes = 0;
  };
  for (const letter of letters) {
    const size = sizeOf(letter);
    if (bytes + size > BATCH_BYTES) await flush();
    if (size > BATCH_BYTES) await sendLarge(sender, topic, letter);
    else batch.push(letter);
    bytes += size > BATCH_BYTES ? 0 : size;
  }
  await flush();
}

async function sendLarge(sender: Sender, topic: string, letter: DeadLetter): Promise<void> {
  try {
    await sender.send(topic, [letter], kafkajs.CompressionTypes.GZIP);
  } catch (error) {
    if (!isTooLarge(error)) throw error;
    await sender.ready(); // a producer that failed is replaced
    const { key, value, headers } = letter;
    const without = {
      key: small(key),
      value: null,
      headers: headers.filter(([, one]) => small(one) === one),
    };
    await sender.send(topic, [
      { ...without, headers: [...without.headers, ['x-dlq-omitted-bytes', String(value?.length ?? 0)]] },
    ]);
  }
}

const isTooLarge = (error: unknown): boolean =>
  TOO_LARGE.has(answerOf(error instanceof NotSent ? error.cause : error) ?? '');

const small = <T extends Buffer | string | null>(bytes: T): T | null =>
  bytes !== null && bytes.length > 10_000 ? null : bytes;

function sizeOf({ key, value, headers }: DeadLetter): number {
  let bytes = (key?.length ?? 0) + (value?.length ?? 0);
  for (const [name, one] of headers) bytes += name.length + (one?.length ?? 0) + 10;
  return bytes;
}
