import { describe, expect, it } from 'vitest';
import type { FetchedRecord } from './decode-batch.js';
import { hideAborted } from './hide-aborted.js';

const control = { abort: Buffer.from([0, 0, 0, 0]), commit: Buffer.from([0, 0, 0, 1]) };

/** A log in short: `a` is a record of producer a in a transaction, `a!` its abort, `a.` its commit, `=` a plain record. */
function log(text: string, firstOffset = 0): FetchedRecord[] {
  return text.split(' ').map((word, n) => {
    const end = word[1] === '!' ? control.abort : word[1] === '.' ? control.commit : null;
    const record = {
      offset: String(firstOffset + n),
      key: end,
      isControlRecord: end !== null,
      batchContext: { producerId: word[0] === '=' ? '-1' : word[0], inTransaction: word[0] !== '=' },
    };
    return record as unknown as FetchedRecord;
  });
}

function seen(
  messages: readonly FetchedRecord[],
  ...aborted: readonly (readonly [producerId: string, firstOffset: number])[]
): string[] {
  const abortedTransactions = aborted.map(([producerId, firstOffset]) => ({
    producerId,
    firstOffset: String(firstOffset),
  }));
  const partition = { messages, abortedTransactions };
  hideAborted(partition);
  expect(partition.abortedTransactions).toEqual([]);
  return partition.messages
    .filter(({ isControlRecord }) => !isControlRecord)
    .map(({ offset, batchContext }) => `${batchContext.producerId}${offset}`);
}

describe('records of transactions', () => {
  it('that were carried out are seen, and so are plain ones between them', () => {
    expect(seen(log('a = b a. b.'))).toEqual(['a0', '-11', 'b2']);
  });

  it('that were taken back are hidden, with what is plain or of others left', () => {
    expect(seen(log('a = b a a! b b.'), ['a', 0])).toEqual(['-11', 'b2', 'b5']);
  });

  it('that were taken back in another order than they began are all hidden', () => {
    expect(seen(log('a b a b b! a a!'), ['b', 1], ['a', 0])).toEqual([]);
  });

  it('that began before what was fetched are hidden from the first on, however many', () => {
    expect(seen(log('c b a a! b! c!', 100), ['a', 3], ['b', 7], ['c', 9])).toEqual([]);
  });

  it('of a producer that goes on are told apart by its markers', () => {
    expect(seen(log('a a! a a. a a!'), ['a', 0], ['a', 4])).toEqual(['a2']);
  });

  it('whose key looks like a marker end nothing', () => {
    const messages = log('a a a a!').map((record, n) =>
      n === 1 ? { ...record, key: control.abort } : record,
    );
    expect(seen(messages, ['a', 0])).toEqual([]);
  });

  it('are told apart by number and not as text, where offsets have another length', () => {
    expect(seen(log('= b b b!', 9), ['b', 10])).toEqual(['-19']);
  });
});
