import { gzipSync } from 'node:zlib';
import type { Header } from '../headers.js';
import { ByteWriter } from './byte-writer.js';

type Bytes = string | Buffer;

export interface ProducedMessage {
  readonly key?: Bytes | null;
  readonly value: Bytes | null;
  /** By name as kafkajs has them, or each by itself, which keeps their order. */
  readonly headers?:
    Readonly<Record<string, Bytes | readonly Bytes[] | null | undefined>> | readonly Header[];
  /** Milliseconds since the epoch, decimal; left out: now. */
  readonly timestamp?: string | undefined;
}

/** As a record batch and kafkajs number them. */
export const Compression = { none: 0, gzip: 1 } as const;

/** What kafkajs hands to the encoder of its produce request: messages by partition, sequence numbers given. */
export interface ProduceArguments {
  readonly acks: number;
  readonly timeout: number;
  readonly producerId: number | string | { toString(): string };
  readonly producerEpoch: number;
  /** `Compression`; left out: none. */
  readonly compression?: number | undefined;
  readonly topicData: readonly {
    readonly topic: string;
    readonly partitions: readonly {
      readonly partition: number;
      readonly firstSequence: number;
      readonly messages: readonly ProducedMessage[];
    }[];
  }[];
}

/** Bytes of a record beside its key, value and headers' values: names of headers, lengths. Only a first guess. */
const RECORD_OVERHEAD = 600;
const MAGIC = 2;

export type Checksum = (bytes: Buffer) => number;

/**
 * The body of a produce request of versions 3 to 7: no transaction.
 * @param nowMs for records without a time of their own
 * @param crc32C kafkajs's own
 */
export function encodeProduceRequest(request: ProduceArguments, nowMs: number, crc32C: Checksum): Buffer {
  const out = new ByteWriter(sizeGuess(request));
  out.int16(-1); // no transaction
  out.int16(request.acks);
  out.int32(request.timeout);
  out.int32(request.topicData.length);
  for (const { topic, partitions } of request.topicData) {
    out.string(topic);
    out.int32(partitions.length);
    for (const { partition, firstSequence, messages } of partitions) {
      out.int32(partition);
      const start = out.at;
      out.skip(4);
      writeBatch(out, messages, { ...request, firstSequence, nowMs, crc32C });
      out.buffer.writeInt32BE(out.at - start - 4, start);
    }
  }
  return out.written();
}

interface BatchArguments {
  readonly producerId: ProduceArguments['producerId'];
  readonly producerEpoch: number;
  readonly firstSequence: number;
  readonly compression?: number | undefined;
  readonly nowMs: number;
  readonly crc32C: Checksum;
}

/** https://kafka.apache.org/documentation/#recordbatch */
function writeBatch(out: ByteWriter, messages: readonly ProducedMessage[], batch: BatchArguments): void {
  out.int64(0); // base offset: the broker's to give
  const lengthAt = out.at;
  out.skip(4);
  out.int32(0); // leader epoch: the broker's
  out.int8(MAGIC);
  const crcAt = out.at;
  out.skip(4);
  out.int16(batch.compression ?? Compression.none); // time of creation, no transaction, no control
  out.int32(messages.length - 1);
  const times = messages.map(({ timestamp }) => BigInt(timestamp ?? batch.nowMs));
  const first = times[0] ?? BigInt(batch.nowMs);
  out.int64(first);
  out.int64(times.reduce((last, time) => (time > last ? time : last), first));
  out.int64(Number(batch.producerId.toString()));
  out.int16(batch.producerEpoch);
  out.int32(batch.firstSequence);
  out.int32(messages.length);
  const records = batch.compression === Compression.gzip ? new ByteWriter(sizeOf(messages)) : out;
  for (const [offset, message] of messages.entries())
    writeRecord(records, message, offset, (times[offset] ?? first) - first);
  if (records !== out) out.raw(gzipSync(records.written()));
  out.buffer.writeInt32BE(out.at - lengthAt - 4, lengthAt);
  out.buffer.writeUInt32BE(batch.crc32C(out.buffer.subarray(crcAt + 4, out.at)), crcAt);
}

function writeRecord(
  out: ByteWriter,
  { key, value, headers = {} }: ProducedMessage,
  offset: number,
  behindFirstMs: bigint,
): void {
  out.sized(() => {
    out.int8(0); // attributes: none are defined
    if (behindFirstMs === 0n) out.varint(0);
    else out.varlong(behindFirstMs);
    out.varint(offset);
    out.bytes(key ?? null);
    out.bytes(value);
    const list = isList(headers) ? headers : listed(headers);
    out.varint(list.length);
    for (const [name, one] of list) {
      out.bytes(name);
      out.bytes(one);
    }
  });
}

type Headers = NonNullable<ProducedMessage['headers']>;

const isList = (headers: Headers): headers is readonly Header[] => Array.isArray(headers);

function listed(headers: Exclude<Headers, readonly Header[]>): Header[] {
  const list: Header[] = [];
  for (const name of Object.keys(headers)) {
    const value = headers[name];
    if (typeof value === 'string' || Buffer.isBuffer(value)) list.push([name, value]);
    else for (const one of value ?? [null]) list.push([name, one]);
  }
  return list;
}

function sizeGuess({ topicData }: ProduceArguments): number {
  let bytes = 0;
  for (const { partitions } of topicData) for (const { messages } of partitions) bytes += sizeOf(messages);
  return bytes;
}

function sizeOf(messages: readonly ProducedMessage[]): number {
  let bytes = 0;
  for (const { value } of messages) bytes += (value?.length ?? 0) + RECORD_OVERHEAD;
  return bytes;
}
