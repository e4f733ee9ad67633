import type { FetchedRecord } from './decode-batch.js';

/** A transaction that was taken back: its records from this offset on, up to the marker that its producer's abort left. */
export interface AbortedTransaction {
  readonly producerId: string;
  readonly firstOffset: string;
}

/** What a fetch answer says of a partition. */
export interface FetchedPartition {
  abortedTransactions?: readonly AbortedTransaction[];
  messages: readonly FetchedRecord[];
}

/** In the key of a control record, behind its version. */
const TYPE_AT = 2;
const ABORT = 0;

/**
 * Marks records of transactions that were taken back, as kafkajs passes over what a broker marked, and leaves its own
 * filter nothing to do. That one takes the list to be in the order of first offsets, which the broker gives in the order
 * of aborts; it looks at one transaction a record, though two may have begun before it; and it takes any record with a key
 * of four zero bytes for the end of one. Each lets commands through that their sender has taken back.
 */
export function hideAborted(partition: FetchedPartition): void {
  const { abortedTransactions = [] } = partition;
  if (abortedTransactions.length === 0) return;
  const coming = abortedTransactions
    .map(({ producerId, firstOffset }) => ({ producerId, firstOffset: BigInt(firstOffset) }))
    .sort((a, b) => (a.firstOffset < b.firstOffset ? 1 : -1));
  const aborting = new Set<string>();
  partition.messages = partition.messages.map((record) => {
    for (let next = coming.at(-1); next !== undefined && next.firstOffset <= BigInt(record.offset);) {
      aborting.add(next.producerId);
      coming.pop();
      next = coming.at(-1);
    }
    const { producerId, inTransaction } = record.batchContext;
    if (record.isControlRecord) {
      if (isAbort(record)) aborting.delete(producerId);
      return record;
    }
    return inTransaction && aborting.has(producerId) ? { ...record, isControlRecord: true } : record;
  });
  partition.abortedTransactions = [];
}

const isAbort = ({ key }: FetchedRecord): boolean =>
  key !== null && key.length >= TYPE_AT + 2 && key.readInt16BE(TYPE_AT) === ABORT;
