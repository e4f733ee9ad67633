import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Header } from '../../src/messaging/headers.js';
import { eventPageSchema, problemSchema } from '../../src/solutions/api-schemas.js';
import { onboard, startApi, type Api } from '../api/api.js';
import { until } from '../messaging/support.js';
import { hasKafka, startBroker } from '../support/kafka.js';
import { otherSide, settingsFor, type OtherSide, type SeenRecord, type SentRecord } from './support.js';

let brokers: string[];
beforeAll(async () => {
  if (hasKafka) ({ brokers } = await startBroker());
}, 360_000);

let count = 0;
const newId = (): string => `m-${(count += 1)}`;
const keyOf = (n: number): string => `lab/Environment/s-${n}`;
const bodyOf = (n: number, changes: object = {}) =>
  onboard({
    key: `s-${n}`,
    interactionServer: `Server ${n}`,
    businessProcesses: [`Process ${n}`],
    ...changes,
  });

const onboarding = 'solution-onboarding.command.onboard.v1';

/** A command in binary mode. */
const command = (
  n: number,
  changes: Partial<SentRecord> = {},
  headers: readonly Header[] = [],
): SentRecord => ({
  key: keyOf(n),
  value: JSON.stringify(bodyOf(n)),
  headers: [
    ['content-type', 'application/json'],
    ['ce_specversion', '1.0'],
    ['ce_id', newId()],
    ['ce_source', '/tickets'],
    ['ce_type', onboarding],
    ...headers,
  ],
  ...changes,
});

/** A command in structured mode. */
const structured = (
  n: number,
  changes: object = {},
  contentType = 'application/cloudevents+json; charset=UTF-8',
): SentRecord => ({
  key: keyOf(n),
  value: JSON.stringify({
    specversion: '1.0',
    id: newId(),
    source: '/tickets',
    type: onboarding,
    data: bodyOf(n),
    ...changes,
  }),
  headers: [['content-type', contentType]],
});

const without = (record: SentRecord, name: string, ...instead: Header[]): SentRecord => ({
  ...record,
  headers: [...record.headers.filter(([own]) => own !== name), ...instead],
});

/** What must not happen to what stands beside it, whatever it is. */
type Fate = { readonly letter: string } | { readonly refused: string } | 'seen before';
type Poison = readonly [what: string, of: (n: number, good: SentRecord) => SentRecord, fate: Fate];

const letter = (reasonCode: string): Fate => ({ letter: reasonCode });
const refused = (code: string): Fate => ({ refused: code });
const verb = (name: string) => `solution-onboarding.command.operation.${name}.v1`;
const oddHeaders: readonly Header[] = [
  ['b', '1'],
  ['a', Buffer.from([0xff, 0x00, 0xfe])],
  ['b', '2'],
  ['2', 'two'],
  ['1', 'one'],
  ['none', null],
  ['empty', ''],
  ['constructor', 'x'],
  ['__proto__', 'y'],
  ['x-dlq-reason', 'of another dead letter'],
];

const poisons: readonly Poison[] = [
  ['not JSON', (n) => command(n, { value: '{"key":' }), letter('not-json')],
  ['bytes', (n) => command(n, { value: Buffer.from([0x00, 0xff, 0x7b]) }), letter('not-utf-8')],
  ['an empty value', (n) => command(n, { value: '' }), letter('not-json')],
  ['1 MB of nothing', (n) => command(n, { value: Buffer.alloc(1_000_000, 'x') }), letter('not-json')],
  ['a tombstone', (n) => command(n, { value: null }), letter('no-value')],
  [
    'a tombstone with odd headers',
    (n) => ({ key: keyOf(n), value: null, headers: oddHeaders }),
    letter('no-value'),
  ],
  ['no headers', (n) => command(n, { headers: [] }), letter('not-a-cloudevent')],
  ['odd headers only', (n) => command(n, { headers: oddHeaders }), letter('not-a-cloudevent')],
  [
    'another content type',
    (n) => without(command(n), 'content-type', ['content-type', 'text/xml']),
    letter('unsupported-content-type'),
  ],
  [
    'a batch of CloudEvents',
    (n) => structured(n, {}, 'application/cloudevents-batch+json'),
    letter('unsupported-content-type'),
  ],
  [
    'XML as structured data',
    (n) => structured(n, { datacontenttype: 'text/xml', data: '<a/>' }),
    letter('unsupported-content-type'),
  ],
  ['Latin-1', (n) => command(n, { value: Buffer.from('{"key":"\u00fc"}', 'latin1') }), letter('not-utf-8')],
  [
    'UTF-16',
    (n) =>
      without(command(n, { value: Buffer.from('{}', 'utf16le') }), 'content-type', [
        'content-type',
        'application/json; charset=utf-16',
      ]),
    letter('unsupported-encoding'),
  ],
  ['packed JSON', (n) => command(n, { value: gzipSync(JSON.stringify(bodyOf(n))) }), letter('not-utf-8')],
  [
    'an unknown type',
    (n) => without(command(n), 'ce_type', ['ce_type', 'solution-onboarding.command.explode.v1']),
    letter('unknown-type'),
  ],
  [
    'a version to come',
    (n) => without(command(n), 'ce_type', ['ce_type', 'solution-onboarding.command.onboard.v2']),
    letter('unknown-type'),
  ],
  [
    'an unknown verb',
    (n) => without(command(n), 'ce_type', ['ce_type', verb('explode')]),
    letter('unknown-type'),
  ],
  [
    'CloudEvents 0.3',
    (n) => without(command(n), 'ce_specversion', ['ce_specversion', '0.3']),
    letter('unsupported-version'),
  ],
  ['no id', (n) => without(command(n), 'ce_id'), letter('not-a-cloudevent')],
  ['an empty id', (n) => without(command(n), 'ce_id', ['ce_id', '']), letter('invalid-attribute')],
  ['an id that is a number in JSON', (n) => structured(n, { id: 5 }), letter('invalid-attribute')],
  ['two ids', (n) => command(n, {}, [['ce_id', 'another']]), letter('repeated-header')],
  [
    'NUL in the source',
    (n) => without(command(n), 'ce_source', ['ce_source', 'a\0b']),
    letter('invalid-attribute'),
  ],
  ['a time that is none', (n) => command(n, {}, [['ce_time', 'yesterday']]), letter('invalid-attribute')],
  ['a key that is no text', (n) => command(n, { key: Buffer.from([0xff, 0xfe]) }), letter('not-utf-8')],
  ['no key', (n) => command(n, { key: null }), refused('invalid-request')],
  ['the key of another', (n) => command(n, { key: 'lab/Environment/else' }), refused('invalid-request')],
  ['a key of 200 kB', (n) => command(n, { key: 'k'.repeat(200_000) }), refused('invalid-request')],
  [
    'an unknown member',
    (n) => command(n, { value: JSON.stringify(bodyOf(n, { colour: 'blue' })) }),
    refused('invalid-request'),
  ],
  [
    '1 MB of unknown members',
    (n) =>
      command(n, {
        value: JSON.stringify(
          bodyOf(n, Object.fromEntries(Array.from({ length: 45_000 }, (_, i) => [`member-${i}`, i]))),
        ),
      }),
    refused('invalid-request'),
  ],
  [
    'JSON nested without end',
    (n) => command(n, { value: `{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}` }),
    refused('invalid-request'),
  ],
  [
    'data that nobody can store',
    (n) => command(n, { value: '{"key":"\\u0000\\ud800"}' }),
    refused('invalid-request'),
  ],
  ['an array', (n) => command(n, { value: '[]' }), refused('invalid-request')],
  [
    'a member that is to come',
    (n) => command(n, { value: JSON.stringify(bodyOf(n, { callback: { url: 'https://x.example' } })) }),
    refused('not-yet-supported'),
  ],
  ['a year ago', (n) => command(n, {}, [['ce_time', '2020-01-01T00:00:00Z']]), refused('command-expired')],
  [
    'another target',
    (n) =>
      command(n, { key: `mars/Environment/s-${n}`, value: JSON.stringify(bodyOf(n, { target: 'mars' })) }),
    refused('target-unknown'),
  ],
  [
    'a guarded verb',
    (n) =>
      without(
        command(n, {
          value: JSON.stringify({ target: 'lab', tenant: 'Environment', key: `s-${n}`, reason: 'x' }),
        }),
        'ce_type',
        ['ce_type', verb('abandon')],
      ),
    refused('forbidden'),
  ],
  [
    'a verb without a reason',
    (n) =>
      without(
        command(n, { value: JSON.stringify({ target: 'lab', tenant: 'Environment', key: `s-${n}` }) }),
        'ce_type',
        ['ce_type', verb('cancel')],
      ),
    refused('invalid-request'),
  ],
  [
    'the id of a good one for something else',
    (n, good) => saysOther(good, n),
    refused('idempotency-key-reused'),
  ],
  ['a good one again', (_n, good) => good, 'seen before'],
];

function saysOther(good: SentRecord, n: number): SentRecord {
  const event = JSON.parse(text(good.value)) as object;
  const data = bodyOf(n, { displayName: 'other' });
  return { ...good, value: JSON.stringify('specversion' in event ? { ...event, data } : data) };
}

const text = (value: unknown): string => String(value);
const bytes = (value: Buffer | string | null): Buffer | null =>
  value === null ? null : Buffer.from(value as string);

/** Why commands were refused, by their ids. */
async function refusals(api: Api): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (let after: string | null = null; ;) {
    const from: string = after === null ? '' : `&after=${after}`;
    const { events, next } = eventPageSchema.parse((await api.http.get(`/v1/events?limit=500${from}`)).body);
    for (const event of events)
      if (event.type === 'solution-onboarding.command.refused.v1')
        found.set(text(event.causationid), problemSchema.parse(event.data).code);
    if (events.length === 0) return found;
    after = next;
  }
}

const idOf = ({ headers, value }: SentRecord): string =>
  text(headers.find(([name]) => name === 'ce_id')?.[1] ?? (JSON.parse(text(value)) as { id: string }).id);

/** What became of the good ones: each begins an operation and is stopped again. */
async function expectCarriedOut(api: Api, solutions: readonly number[]): Promise<void> {
  const { rows } = await api.database.query<{ key: string; verb: string | null }>(
    `SELECT key, requested_verb ->> 'verb' AS verb FROM operation`,
  );
  const byKey = (a: { key: string }, b: { key: string }): number => (a.key < b.key ? -1 : 1);
  expect(rows.toSorted(byKey)).toEqual(
    solutions.map((n) => ({ key: `s-${n}`, verb: 'cancel' })).toSorted(byKey),
  );
}

const cancel = (n: number): SentRecord =>
  structured(n, {
    type: verb('cancel'),
    data: { target: 'lab', tenant: 'Environment', key: `s-${n}`, reason: 'x' },
  });

async function takenAll(side: OtherSide, records: number): Promise<void> {
  await until(async () => (await side.committed()) === records, `${records} records are done with`);
}

describe.skipIf(!hasKafka)(
  'records that nobody can use, each in the middle of good ones',
  { timeout: 300_000 },
  () => {
    it('go where they belong, and every good command is carried out once and in its order', async () => {
      const settings = settingsFor(brokers);
      const api = await startApi({ kafka: settings });
      const side = otherSide(settings);
      await until(() => side.hasTopics(), 'topics are there');
      const letters = await side.follow(side.topics.deadLetters);
      const sent = poisons.map(([what, poison, fate], n) => {
        const [first, last] = [n % 2 === 0 ? command(n) : structured(n), cancel(n)];
        return { what, fate, first, poison: poison(n, first), last };
      });
      // The poison lies between two commands of one solution, which have to be taken in their order.
      await side.send(...sent.flatMap(({ first, poison, last }) => [first, poison, last]));
      await takenAll(side, sent.length * 3);
      await expectCarriedOut(
        api,
        sent.map((_, n) => n),
      );

      const expected = sent.filter(({ fate }) => typeof fate === 'object' && 'letter' in fate);
      // A batch in the air when partitions move comes again, and its letters with it: counted is where they come from.
      const origins = (): number => new Set(letters.map(originOf)).size;
      await until(() => origins() >= expected.length, 'all dead letters');
      expect(origins()).toBe(expected.length);
      for (const { what, fate, poison } of expected) {
        const found = letters.filter(
          ({ key, value, headerList }) =>
            same(headerList.slice(0, -7), poison.headers) &&
            equal(key, poison.key) &&
            equal(value, poison.value),
        );
        expect(found.length, what).toBeGreaterThan(0);
        const added = found.map(({ headerList }) =>
          headerList.slice(-7).map(([name, value]) => [name, text(value)]),
        );
        expect(added, what).toContainEqual([
          ['x-dlq-reason-code', (fate as { letter: string }).letter],
          ['x-dlq-reason', expect.stringMatching(/.{10}/) as string],
          ['x-dlq-topic', side.topics.commands],
          ['x-dlq-partition', expect.stringMatching(/^\d+$/) as string],
          ['x-dlq-offset', expect.stringMatching(/^\d+$/) as string],
          ['x-dlq-timestamp', expect.stringMatching(/^\d{13}$/) as string],
          ['x-dlq-attempts', '1'],
        ]);
      }
      const wanted = sent.flatMap(({ fate, poison }) =>
        typeof fate === 'object' && 'refused' in fate ? [[idOf(poison), fate.refused] as const] : [],
      );
      await expect.poll(async () => (await refusals(api)).size, { timeout: 60_000 }).toBe(wanted.length);
      expect(Object.fromEntries(await refusals(api))).toEqual(Object.fromEntries(wanted));
    });

    it('as other clients may well send them are carried out', async () => {
      const settings = settingsFor(brokers);
      const api = await startApi({ kafka: settings });
      const side = otherSide(settings);
      await until(() => side.hasTopics(), 'topics are there');
      const upper = (record: SentRecord): SentRecord => ({
        ...record,
        headers: record.headers.map(([name, value]) => [text(name).toUpperCase(), value] as const),
      });
      const sent = [
        upper(command(0)),
        without(command(1), 'content-type'),
        without(command(2), 'content-type', ['Content-Type', 'application/json; charset="UTF8"; x=y']),
        command(3, {}, [
          ['ce_time', new Date().toISOString().replace('Z', '+00:00')],
          ['ce_time', null],
        ]),
        command(4, {}, oddHeaders),
        command(5, {}, [['huge', 'x'.repeat(500_000)]]),
        command(
          6,
          {},
          Array.from({ length: 20_000 }, (_, i) => [`h${i}`, 'x'] as const),
        ),
        command(7, {}, [
          ['traceparent', 'a'],
          ['traceparent', 'b'],
          ['ce_priority', '1'],
          ['ce_priority', '2'],
        ]),
        structured(
          8,
          { correlationid: 7, priority: 5, sequence: '1', data_base64: undefined },
          'APPLICATION/cloudevents+JSON',
        ),
        structured(9, {
          data: undefined,
          data_base64: Buffer.from(JSON.stringify(bodyOf(9))).toString('base64'),
        }),
        structured(10, {
          datacontenttype: 'application/vnd.x+json',
          dataschema: 'https://x.example',
          subject: 's',
        }),
        command(11, { value: `\ufeff${JSON.stringify(bodyOf(11), null, 2)}` }),
      ];
      await side.send(...sent.flatMap((record, n) => [record, cancel(n)]));
      await takenAll(side, sent.length * 2);
      await expectCarriedOut(
        api,
        sent.map((_, n) => n),
      );
      expect(await refusals(api)).toEqual(new Map());
    });
  },
);

const originOf = ({ headers }: SeenRecord): string =>
  `${text(headers?.['x-dlq-partition'])}/${text(headers?.['x-dlq-offset'])}`;

const equal = (is: Buffer | null, sent: Buffer | string | null): boolean => {
  const wanted = bytes(sent);
  return is === null || wanted === null ? is === wanted : is.equals(wanted);
};

const same = (is: readonly Header[], sent: readonly Header[]): boolean =>
  is.length === sent.length &&
  is.every(([name, value], i) => {
    const [wantedName, wanted] = sent[i] as Header;
    return text(name) === text(wantedName) && equal(bytes(value), wanted);
  });
