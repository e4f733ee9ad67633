import { createRequire } from 'node:module';
import { decodeBatch, type FetchedRecord } from './decode-batch.js';
import { type FetchedPartition, hideAborted } from './hide-aborted.js';

/** As much of kafkajs's own decoder as is needed here: a buffer and how far it has been read. */
interface Decoder {
  offset: number;
  readonly buffer: Buffer;
}

type DecodeMessages = (decoder: Decoder) => Promise<unknown[]>;

interface FetchAnswer {
  readonly responses: readonly { readonly partitions: readonly FetchedPartition[] }[];
}

interface FetchResponse {
  decode: (rawData: Buffer) => Promise<FetchAnswer>;
}

const require = createRequire(import.meta.url);
const inside = (path: string): string => require.resolve(`kafkajs/src/protocol/requests/fetch/${path}`);

/** Where the format stands in a batch: before it are first offset, length and leader epoch. */
const MAGIC_AT = 16;
const LENGTH_END = 12;
const MAGIC = 2;

let mended = false;

/**
 * Takes fetched records apart in kafkajs's place, which one wrong batch stops for good: another compression than gzip, a
 * batch that unpacks to gigabytes, 150,000 small records, a header called `constructor`, some ten thousand headers
 * (their number squared). What cannot be taken apart becomes one record that says so, and the partition goes on.
 * Headers keep their order, repeats included. Ten headers a record cost a fifth of kafkajs's time. Records of transactions
 * that were taken back are hidden here too.
 * @throws Error when kafkajs has decoded something already: it keeps what it has loaded
 */
export function mendFetch(): void {
  if (mended) return;
  const file = inside('v4/decodeMessages');
  const users = ['v4', 'v5', 'v7', 'v8', 'v11'].map((version) => inside(`${version}/response`));
  if (users.some((user) => require.cache[user] !== undefined))
    throw new Error('kafkajs has been used before it was mended');
  const original = require(file) as DecodeMessages;
  (require.cache[file] as NodeJS.Module).exports = (decoder: Decoder) => decodeMessages(decoder, original);
  for (const user of users) {
    const response = require(user) as FetchResponse;
    const { decode } = response;
    response.decode = async (rawData) => withoutAborted(await decode(rawData));
  }
  mended = true;
}

function withoutAborted(answer: FetchAnswer): FetchAnswer {
  for (const { partitions } of answer.responses) for (const partition of partitions) hideAborted(partition);
  return answer;
}

async function decodeMessages(decoder: Decoder, original: DecodeMessages): Promise<unknown[]> {
  const start = decoder.offset + 4;
  const size = decoder.buffer.readInt32BE(decoder.offset);
  if (size <= MAGIC_AT || start + size > decoder.buffer.length) return original(decoder);
  const set = decoder.buffer.subarray(start, start + size);
  // Formats 0 and 1 are of brokers before 4.0 that were told to keep them.
  if (set.readInt8(MAGIC_AT) !== MAGIC) return original(decoder);
  decoder.offset = start + size;
  return decodeSet(set);
}

/** @param set batches; the last one may be cut off, as the broker fills its answers to the byte */
export async function decodeSet(set: Buffer): Promise<FetchedRecord[]> {
  const records: FetchedRecord[] = [];
  for (let at = 0; at + MAGIC_AT < set.length;) {
    const end = at + LENGTH_END + set.readInt32BE(at + LENGTH_END - 4);
    if (end > set.length) break;
    for (const record of await decodeBatch(set.subarray(at, end))) records.push(record);
    at = end;
  }
  return records;
}
