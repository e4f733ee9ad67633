import { isUtf8 } from 'node:buffer';
import { ByteReader } from './byte-reader.js';
import { unpack } from './unpack.js';

/** Unpacked, of one batch. A batch is 1 MiB by default as it is sent, and JSON packs some 20 times smaller. */
const MAX_UNPACKED_BYTES = 64 * 1024 * 1024;
/** Of one batch. A command has at least 150 bytes, so this many that fit into the limit above are none. */
const MAX_RECORDS = 250_000;

/** Up to and with the number of records. */
const HEADER_BYTES = 61;

const attribute = { codec: 0x07, appendTime: 0x08, transactional: 0x10, control: 0x20 };

/** What a record batch says of all its records; kafkajs looks at some of it. */
export interface BatchContext {
  readonly firstOffset: string;
  readonly firstTimestamp: string;
  readonly partitionLeaderEpoch: number;
  readonly inTransaction: boolean;
  readonly isControlBatch: boolean;
  readonly lastOffsetDelta: number;
  readonly producerId: string;
  readonly producerEpoch: number;
  readonly firstSequence: number;
  readonly maxTimestamp: string;
  readonly timestampType: 0 | 1;
  readonly magicByte: number;
}

/** A header as it is on the wire. */
type WireHeader = readonly [name: string | Buffer, value: Buffer | null];

/** A record as kafkajs hands it on, and what it leaves out. */
export interface FetchedRecord {
  readonly magicByte: number;
  readonly attributes: number;
  readonly timestamp: string;
  readonly offset: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** As kafkajs has them: by name, several of a name as an array. */
  readonly headers: Record<string, Buffer | Buffer[] | null>;
  /** As they were sent. */
  readonly headerList: readonly WireHeader[];
  readonly isControlRecord: boolean;
  readonly batchContext: BatchContext;
  /** Set where the batch cannot be taken apart: `value` is all of it, `offset` that of its last record. */
  readonly undecodable?: string;
}

/**
 * The records of a batch of format 2; never throws for what is in it.
 * @param batch from its first offset to its end
 * @returns at least one, or nobody would get past it: one that stands for all of them when it cannot be taken apart, one
 * that is passed over when there are none
 */
export async function decodeBatch(batch: Buffer): Promise<FetchedRecord[]> {
  const { context, codec, records } = decodeHeader(batch);
  if (records === 0) return [{ ...placeholder(context), isControlRecord: true }];
  try {
    if (records > MAX_RECORDS) throw new Error(`${MAX_RECORDS} records are taken at most`);
    const body = new ByteReader(await unpack(codec, batch.subarray(HEADER_BYTES), MAX_UNPACKED_BYTES));
    const all: FetchedRecord[] = [];
    while (all.length !== records) all.push(decodeRecord(body, context));
    if (body.left > 0) throw new Error(`${body.left} bytes are left behind the last record`);
    return all;
  } catch (error) {
    const one = placeholder(context);
    const why = error instanceof Error ? error.message : String(error);
    const undecodable = `The batch of ${records} records from offset ${context.firstOffset} to ${one.offset} cannot be taken apart: ${why}.`;
    return [{ ...one, value: batch, undecodable }];
  }
}

/** In the place of a batch's last record. */
const placeholder = (context: BatchContext): FetchedRecord => ({
  magicByte: context.magicByte,
  attributes: 0,
  timestamp: context.maxTimestamp,
  offset: String(BigInt(context.firstOffset) + BigInt(context.lastOffsetDelta)),
  key: null,
  value: null,
  headers: {},
  headerList: [],
  isControlRecord: context.isControlBatch,
  batchContext: context,
});

/** https://kafka.apache.org/documentation/#recordbatch */
function decodeHeader(batch: Buffer): { context: BatchContext; codec: number; records: number } {
  const reader = new ByteReader(batch);
  const firstOffset = reader.int64().toString();
  reader.int32(); // length
  const partitionLeaderEpoch = reader.int32();
  const magicByte = reader.int8();
  reader.int32(); // checksum: the connection has its own
  const attributes = reader.int16();
  const context: BatchContext = {
    firstOffset,
    partitionLeaderEpoch,
    magicByte,
    lastOffsetDelta: reader.int32(),
    firstTimestamp: reader.int64().toString(),
    maxTimestamp: reader.int64().toString(),
    producerId: reader.int64().toString(),
    producerEpoch: reader.int16(),
    firstSequence: reader.int32(),
    inTransaction: (attributes & attribute.transactional) > 0,
    isControlBatch: (attributes & attribute.control) > 0,
    timestampType: (attributes & attribute.appendTime) > 0 ? 1 : 0,
  };
  return { context, codec: attributes & attribute.codec, records: reader.int32() };
}

function decodeRecord(body: ByteReader, context: BatchContext): FetchedRecord {
  const length = body.varint();
  const end = body.at + length;
  const attributes = body.int8();
  const behind = body.varlong();
  const timestamp =
    context.timestampType === 1 ? context.maxTimestamp : String(BigInt(context.firstTimestamp) + behind);
  const offset = String(BigInt(context.firstOffset) + BigInt(body.varint()));
  const key = body.bytes();
  const value = body.bytes();
  const headerList = decodeHeaders(body);
  if (body.at !== end) throw new Error(`a record of ${length} bytes that ends elsewhere`);
  return {
    magicByte: context.magicByte,
    attributes,
    timestamp,
    offset,
    key,
    value,
    headers: byName(headerList),
    headerList,
    isControlRecord: context.isControlBatch,
    batchContext: context,
  };
}

function decodeHeaders(body: ByteReader): WireHeader[] {
  const headers: WireHeader[] = [];
  for (let left = body.varint(); left > 0; left--) {
    const name = body.bytes() ?? Buffer.alloc(0);
    headers.push([isUtf8(name) ? name.toString('utf8') : name, body.bytes()]);
  }
  return headers;
}

/** Without a prototype: a sender may call a header `constructor`, which kafkajs takes for one that is there already. */
function byName(headers: readonly WireHeader[]): FetchedRecord['headers'] {
  const all = Object.create(null) as FetchedRecord['headers'];
  for (const [name, value] of headers) {
    const text = typeof name === 'string' ? name : name.toString('utf8');
    const there = all[text];
    // A null that is there already cannot be told from an array in kafkajs's types.
    if (!(text in all)) all[text] = value;
    else if (Array.isArray(there)) there.push(value as Buffer);
    else all[text] = [there as Buffer, value as Buffer];
  }
  return all;
}
