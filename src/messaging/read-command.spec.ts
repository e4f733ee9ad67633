import { describe, expect, it } from 'vitest';
import type { Header } from './headers.js';
import type { RawRecord } from './read-command.js';
import { readCommand } from './read-command.js';

const sentAt = '2026-11-23T10:00:00Z';
const now = new Date('2026-11-23T10:00:09Z');
const binaryHeaders = {
  'content-type': Buffer.from('application/json'),
  ce_specversion: Buffer.from('1.0'),
  ce_id: Buffer.from('m-1'),
  ce_source: Buffer.from('/ticketing'),
  ce_type: Buffer.from('solution-onboarding.command.onboard.v1'),
};

type Values = Record<string, Buffer | string | null | (Buffer | string)[]>;

const listed = (headers: Values): Header[] =>
  Object.entries(headers).flatMap(([name, value]) =>
    Array.isArray(value) ? value.map((one): Header => [name, one]) : [[name, value] as Header],
  );

function record({
  headers,
  ...changes
}: Partial<Omit<RawRecord, 'headers'>> & { headers?: Values } = {}): RawRecord {
  return {
    key: Buffer.from('lab/Environment/retail'),
    value: Buffer.from('{"key":"retail"}'),
    timestamp: String(Date.parse('2026-11-23T10:00:05Z')),
    ...changes,
    headers: listed(headers ?? binaryHeaders),
  };
}

const read = (raw: RawRecord) => readCommand(raw, now);

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
    expect(read(binary)).toEqual(command);
    const { correlationId: correlationid, traceparent, data } = command;
    expect(read(structured({ ...event, time: sentAt, correlationid, traceparent, data }))).toEqual(command);
  });

  it('takes names of headers in any case, and JSON without a media type or under a +json one', () => {
    const { 'content-type': _contentType, ...bare } = binaryHeaders;
    expect(read(record({ headers: bare }))).toMatchObject({
      id: 'm-1',
      correlationId: null,
      traceparent: null,
    });
    const upper = Object.fromEntries(
      Object.entries(binaryHeaders).map(([name, value]) => [name.toUpperCase(), value]),
    );
    expect(read(record({ headers: upper }))).toMatchObject({ id: 'm-1' });
    const vendor = {
      ...binaryHeaders,
      'content-type': Buffer.from('application/vnd.x+json; charset="utf-8"'),
    };
    expect(read(record({ headers: vendor }))).toMatchObject({ id: 'm-1' });
  });

  it('dates a command by the earlier of its own time and its record’s', () => {
    const own = (time: string): unknown =>
      read(record({ headers: { ...binaryHeaders, ce_time: Buffer.from(time) } }));
    expect(own('2026-11-23T09:00:00Z')).toMatchObject({ time: new Date('2026-11-23T09:00:00Z') });
    expect(own('2027-01-01T00:00:00+01:00')).toMatchObject({ time: new Date('2026-11-23T10:00:05Z') });
    expect(read(record())).toMatchObject({ time: new Date('2026-11-23T10:00:05Z') });
  });

  it('dates a command without a time of its own by its record, and one without either by now', () => {
    const at = (timestamp: string, ce_time?: string): unknown =>
      read(
        record({ timestamp, headers: { ...binaryHeaders, ...(ce_time === undefined ? {} : { ce_time }) } }),
      );
    // Kafka's own "no timestamp", and times beyond what a date can be.
    for (const timestamp of ['-1', '-9223372036854775808', '9223372036854775807']) {
      expect(at(timestamp)).toMatchObject({ time: now });
      expect(at(timestamp, sentAt)).toMatchObject({ time: new Date(sentAt) });
    }
  });

  it('takes a time in every form of RFC 3339', () => {
    const forms = [
      '2026-11-23t09:00:00z',
      '2026-11-23 09:00:00Z',
      '2026-11-23T10:00:00.000000000+01:00',
      '2026-11-23T08:59:60Z',
    ];
    const times = forms.map((time) => read(record({ headers: { ...binaryHeaders, ce_time: time } })));
    const nine = Date.parse('2026-11-23T09:00:00Z');
    expect(times.map((one) => 'time' in one && one.time.getTime())).toEqual([nine, nine, nine, nine - 1000]);
  });

  it('takes extensions as numbers, leaves out empty ones, and does not mind those it does not know', () => {
    expect(
      read(structured({ ...event, correlationid: 7, priority: 1, sequence: '5', other: { a: 1 } })),
    ).toMatchObject({ id: 'm-1', correlationId: '7' });
    expect(read(structured({ ...event, correlationid: '' }))).toMatchObject({ correlationId: null });
    const odd = {
      ...binaryHeaders,
      ce_correlationid: '',
      ce_priority: ['1', '2'],
      ce_: Buffer.from([0xff]),
      ce_data: 'x',
      'ce_bytes\0': Buffer.from([0xff]),
      constructor: 'x',
      __proto__: 'x',
      ce_subject: null,
    };
    expect(read(record({ headers: odd }))).toMatchObject({
      id: 'm-1',
      correlationId: null,
      data: { key: 'retail' },
    });
  });

  it('takes a header that is repeated with the same value, and no trace of two', () => {
    const headers = { ...binaryHeaders, ce_id: ['m-1', 'm-1'], traceparent: ['a', 'b'] };
    expect(read(record({ headers }))).toMatchObject({ id: 'm-1', traceparent: null });
  });

  it('takes JSON as bytes, under any name of UTF-8 and with a byte order mark', () => {
    expect(read(structured({ ...event, data_base64: 'eyJhIjoxfQ==' }))).toMatchObject({ data: { a: 1 } });
    expect(read(structured({ ...event, data: 1, datacontenttype: 'application/x+json' }))).toMatchObject({
      data: 1,
    });
    for (const type of [
      'application/json;charset=UTF8',
      'Application/JSON; Charset="utf-8"; a=b',
      'text/json',
    ])
      expect(read(record({ headers: { ...binaryHeaders, 'content-type': type } }))).toMatchObject({
        id: 'm-1',
      });
    expect(read(structured(event, 'APPLICATION/CloudEvents+JSON'))).toMatchObject({ id: 'm-1' });
    const marked = Buffer.from('\ufeff{"a":1}');
    expect(read(record({ value: marked }))).toMatchObject({ data: { a: 1 } });
  });

  it('takes any source and id that PostgreSQL can hold, and a record without a key', () => {
    expect(read(structured({ ...event, source: 'ünï', id: '✓' }))).toMatchObject({
      source: 'ünï',
      id: '✓',
      data: null,
    });
    expect(read(record({ key: null }))).toMatchObject({ partitionKey: null });
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
    ['data in base64 that is none', 'unsupported-encoding', structured({ ...event, data_base64: 'e30' })],
    ['data in base64 that is not JSON', 'not-json', structured({ ...event, data_base64: 'AAAA' })],
    ['data twice', 'not-a-cloudevent', structured({ ...event, data: {}, data_base64: 'e30=' })],
    ['data that is XML', 'unsupported-content-type', structured({ ...event, datacontenttype: 'text/xml' })],
    [
      'a media type that is no text',
      'unsupported-content-type',
      structured({ ...event, datacontenttype: 5 }),
    ],
    [
      'the Avro format of CloudEvents',
      'unsupported-content-type',
      structured(event, 'application/cloudevents+avro'),
    ],
    [
      'a batch that cannot be taken apart',
      'undecodable-batch',
      { ...record(), undecodable: 'It is packed.' },
    ],
    ['another version of CloudEvents', 'unsupported-version', structured({ ...event, specversion: '0.3' })],
    ['no id', 'not-a-cloudevent', structured({ ...event, id: undefined })],
    ['an id that is a number', 'invalid-attribute', structured({ ...event, id: 5 })],
    ['an empty source', 'invalid-attribute', structured({ ...event, source: '' })],
    ['a NUL in the source', 'invalid-attribute', structured({ ...event, source: 'a\0b' })],
    ['a line end in the id', 'invalid-attribute', structured({ ...event, id: 'a\nb' })],
    ['half a surrogate pair in the id', 'invalid-attribute', structured({ ...event, id: '\ud800' })],
    ['a correlation id that is an object', 'invalid-attribute', structured({ ...event, correlationid: {} })],
    ['the 13th month', 'invalid-attribute', structured({ ...event, time: '2026-13-01T00:00:00Z' })],
    ['an id without end', 'invalid-attribute', structured({ ...event, id: 'x'.repeat(1025) })],
    ['an id of too many bytes', 'invalid-attribute', structured({ ...event, id: '✓'.repeat(342) })],
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
    expect(read(raw)).toEqual({ reasonCode, reason: expect.stringMatching(/.{10}/) as string });
  });
});
