import { ByteWriter } from './byte-writer.js';

type Bytes = string | Buffer;

export interface ProducedMessage {
  readonly key?: Bytes | null;
  readonly value: Bytes | null;
  readonly headers?: Readonly<Record<string, Bytes | readonly Bytes[] | null | undefined>>;
}

/** What kafkajs hands to the encoder of its produce request: messages by partition, sequence numbers given. */
export interface ProduceArguments {
  readonly acks: number;
  readonly timeout: number;
  readonly producerId: number | string | { toString(): string };
  readonly producerEpoch: number;
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
 * The body of a produce request of versions 3 to 7: no transaction, no compression, all records stamped `nowMs`.
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
  out.int16(0); // no compression, time of creation, no transaction, no control
  out.int32(messages.length - 1);
  out.int64(batch.nowMs);
  out.int64(batch.nowMs);
  out.int64(Number(batch.producerId.toString()));
  out.int16(batch.producerEpoch);
  out.int32(batch.firstSequence);
  out.int32(messages.length);
  for (const [offset, message] of messages.entries()) writeRecord(out, message, offset);
  out.buffer.writeInt32BE(out.at - lengthAt - 4, lengthAt);
  out.buffer.writeUInt32BE(batch.crc32C(out.buffer.subarray(crcAt + 4, out.at)), crcAt);
}

function writeRecord(out: ByteWriter, { key, value, headers = {} }: ProducedMessage, offset: number): void {
  out.sized(() => {
    out.int8(0); // attributes: none are defined
    out.varint(0); // behind the first record's time
    out.varint(offset);
    out.bytes(key ?? null);
    out.bytes(value);
    const names = Object.keys(headers);
    out.varint(names.reduce((count, name) => count + valuesOf(headers[name]).length, 0));
    for (const name of names) {
      for (const one of valuesOf(headers[name])) {
        out.bytes(name);
        out.bytes(one);
      }
    }
  });
}

const valuesOf = (value: Bytes | readonly Bytes[] | null | undefined): readonly (Bytes | null)[] =>
  typeof value === 'string' || Buffer.isBuffer(value) ? [value] : (value ?? [null]);

function sizeGuess({ topicData }: ProduceArguments): number {
  let bytes = 0;
  for (const { partitions } of topicData)
    for (const { messages } of partitions)
      for (const { value } of messages) bytes += (value?.length ?? 0) + RECORD_OVERHEAD;
  return bytes;
}
