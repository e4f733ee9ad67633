import { describe, expect, it } from 'vitest';
import type { RawRecord } from './read-command.js';
import { readCommand } from './read-command.js';

const sentAt = '2026-11-23T10:00:00Z';
const binaryHeaders = {
  'content-type': Buffer.from('application/json'),
  ce_specversion: Buffer.from('1.0'),
  ce_id: Buffer.from('m-1'),
  ce_source: Buffer.from('/ticketing'),
  ce_type: Buffer.from('solution-onboarding.command.onboard.v1'),
};

function record(changes: Partial<RawRecord> = {}): RawRecord {
  return {
    key: Buffer.from('lab/Environment/retail'),
    value: Buffer.from('{"key":"retail"}'),
    headers: binaryHeaders,
    timestamp: String(Date.parse('2026-11-23T10:00:05Z')),
    ...changes,
  };
}

function structured(event: unknown, contentType = 'application/cloudevents+json; charset=UTF-8'): RawRecord {
  return record({
    headers: { 'content-type': Buffer.from(contentType) },
    value: Buffer.from(JSON.stringify(event)),
  });
}

const event = {
  specversion: '1.0',
  id: 'm-1',
  source: '/ticketing',
  type: 'solution-onboarding.command.onboard.v1',
};

describe('readCommand', () => {
  it('reads binary and structured mode as the same command', () => {
    const command = {
      source: '/ticketing',
      id: 'm-1',
      type: 'solution-onboarding.command.onboard.v1',
      time: new Date(sentAt),
      correlationId: 'RITM1',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      partitionKey: 'lab/Environment/retail',
      data: { key: 'retail' },
    };
    const binary = record({
      headers: {
        ...binaryHeaders,
        ce_time: Buffer.from(sentAt),
        ce_correlationid: 'RITM1',
        traceparent: Buffer.from(command.traceparent),
        'something-else': [Buffer.from('a'), Buffer.from([0xff])],
      },
    });
    expect(readCommand(binary)).toEqual(command);
    const { correlationId: correlationid, traceparent, data } = command;
    expect(readCommand(structured({ ...event, time: sentAt, correlationid, traceparent, data }))).toEqual(
      command,
    );
  });

  it('takes names of headers in any case, and JSON without a media type or under a +json one', () => {
    const { 'content-type': _contentType, ...bare } = binaryHeaders;
    expect(readCommand(record({ headers: bare }))).toMatchObject({
      id: 'm-1',
      correlationId: null,
      traceparent: null,
    });
    const upper = Object.fromEntries(
      Object.entries(binaryHeaders).map(([name, value]) => [name.toUpperCase(), value]),
    );
    expect(readCommand(record({ headers: upper }))).toMatchObject({ id: 'm-1' });
    const vendor = {
      ...binaryHeaders,
      'content-type': Buffer.from('application/vnd.x+json; charset="utf-8"'),
    };
    expect(readCommand(record({ headers: vendor }))).toMatchObject({ id: 'm-1' });
  });

  it('dates a command by the earlier of its own time and its record’s', () => {
    const own = (time: string): unknown =>
      readCommand(record({ headers: { ...binaryHeaders, ce_time: Buffer.from(time) } }));
    expect(own('2026-11-23T09:00:00Z')).toMatchObject({ time: new Date('2026-11-23T09:00:00Z') });
    expect(own('2027-01-01T00:00:00+01:00')).toMatchObject({ time: new Date('2026-11-23T10:00:05Z') });
    expect(readCommand(record())).toMatchObject({ time: new Date('2026-11-23T10:00:05Z') });
  });

  it('takes any source and id that PostgreSQL can hold, and a record without a key', () => {
    expect(readCommand(structured({ ...event, source: 'ünï', id: '✓' }))).toMatchObject({
      source: 'ünï',
      id: '✓',
      data: null,
    });
    expect(readCommand(record({ key: null }))).toMatchObject({ partitionKey: null });
  });

  const latin1 = Buffer.from([0x7b, 0x22, 0xfc, 0x22, 0x3a, 0x31, 0x7d]);
  it.each<[string, string, RawRecord]>([
    ['a tombstone', 'no-value', record({ value: null })],
    ['an empty value', 'not-json', record({ value: Buffer.alloc(0) })],
    ['no headers at all', 'not-a-cloudevent', record({ headers: {} })],
    ['a value that is not JSON', 'not-json', record({ value: Buffer.from('{') })],
    ['another encoding', 'not-utf-8', record({ value: latin1 })],
    [
      'a charset that is not UTF-8',
      'unsupported-encoding',
      record({ headers: { ...binaryHeaders, 'content-type': 'application/json; charset=utf-16' } }),
    ],
    [
      'another media type',
      'unsupported-content-type',
      record({ headers: { ...binaryHeaders, 'content-type': 'text/xml' } }),
    ],
    [
      'a batch of CloudEvents',
      'unsupported-content-type',
      structured([event], 'application/cloudevents-batch+json'),
    ],
    ['a structured event that is an array', 'not-a-cloudevent', structured([event])],
    ['data in base64', 'unsupported-encoding', structured({ ...event, data_base64: 'e30=' })],
    ['another version of CloudEvents', 'unsupported-version', structured({ ...event, specversion: '0.3' })],
    ['no id', 'not-a-cloudevent', structured({ ...event, id: undefined })],
    ['an id that is a number', 'invalid-attribute', structured({ ...event, id: 5 })],
    ['an empty source', 'invalid-attribute', structured({ ...event, source: '' })],
    ['a NUL in the source', 'invalid-attribute', structured({ ...event, source: 'a\0b' })],
    ['an id without end', 'invalid-attribute', structured({ ...event, id: 'x'.repeat(1025) })],
    ['a time that is none', 'invalid-attribute', structured({ ...event, time: 'yesterday' })],
    [
      'a header twice',
      'repeated-header',
      record({ headers: { ...binaryHeaders, ce_id: [Buffer.from('a'), Buffer.from('b')] } }),
    ],
    [
      'a header in another encoding',
      'not-utf-8',
      record({ headers: { ...binaryHeaders, ce_source: Buffer.from([0xff]) } }),
    ],
    ['a key in another encoding', 'not-utf-8', record({ key: Buffer.from([0xff]) })],
    ['JSON nested without end', 'not-json', record({ value: Buffer.from('['.repeat(500_000)) })],
  ])('says of %s why it cannot be understood: %s', (_what, reasonCode, raw) => {
    expect(readCommand(raw)).toEqual({ reasonCode, reason: expect.stringMatching(/.{10}/) as string });
  });
});
