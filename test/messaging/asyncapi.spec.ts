import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Parser } from '@asyncapi/parser';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { operationSchema, problemSchema, solutionSchema } from '../../src/solutions/api-schemas.js';
import { asyncApiDocument } from '../../src/solutions/asyncapi.js';
import {
  changeDataOf,
  kindOf,
  offboardDataOf,
  onboardData,
  verbDataOf,
} from '../../src/solutions/commands/command-data.js';
import { commandMessages, dataSchemas, eventMessages } from '../../src/solutions/messages.js';
import { startApi } from '../api/api.js';
import { narrowed } from './narrowed.js';

const messages = [...commandMessages, ...eventMessages];
type Schema = Readonly<Record<string, unknown>>;
const json = (...file: string[]): unknown => JSON.parse(readFileSync(path.join(...file), 'utf8'));

describe('/asyncapi.json', () => {
  it('is AsyncAPI 3 without a fault', async () => {
    const { document, diagnostics } = await new Parser().parse(JSON.stringify(asyncApiDocument()));
    const faults = diagnostics.filter(({ code }) => code !== 'asyncapi-latest-version');
    expect(faults).toEqual([]);
    expect(document?.version()).toBe('3.0.0');
    const named = (channel: string) =>
      document
        ?.allChannels()
        .get(channel)
        ?.messages()
        .all()
        .map((message) => message.name());
    expect(named('commands')).toEqual(commandMessages.map(({ type }) => type));
    expect(named('events')).toEqual(eventMessages.map(({ type }) => type));
  });

  it('is served without sign-in, as it is committed: run `npm run generate` when a message has changed', async () => {
    const api = await startApi({ apiKeys: [] });
    const served: unknown = (await api.http.get('/asyncapi.json').expect(200)).body;
    expect(served).toEqual(json('docs', 'asyncapi.json'));
  });

  it('means one thing by each name of a schema', () => {
    const meanings = new Map<string, unknown>();
    for (const { definitions = {} } of Object.values<Schema>(dataSchemas)) {
      for (const [name, schema] of Object.entries(definitions as Schema)) {
        expect(schema, name).toEqual(meanings.get(name) ?? schema);
        meanings.set(name, schema);
      }
    }
  });
});

/** The files as any validator reads them, found by the type of a message. */
const ajv = new Ajv({ strict: false, validateFormats: false });
for (const file of readdirSync(path.join('docs', 'schemas')))
  ajv.addSchema(json('docs', 'schemas', file) as Schema, file);

// One file per message as a released version wrote it; files are added, and never edited.
const folder = path.join(import.meta.dirname, 'written');
const written = readdirSync(folder).map((file) => ({
  file,
  ...(json(folder, file) as { type: string; data: unknown }),
}));

describe('a message that an older version wrote', () => {
  it.each(written)('is still read: $file', ({ type, data }) => {
    expect(messages.map((message) => message.type)).toContain(type);
    const kind = kindOf(type);
    if (kind === 'onboard') expect(onboardData(data)).toEqual(data);
    else if (kind === 'change') expect(flat(changeDataOf(data))).toEqual(data);
    else if (kind === 'offboard') expect(flat(offboardDataOf(data))).toEqual(data);
    else if (kind !== null) expect(verbDataOf(data)).toMatchObject({ of: expect.anything() as unknown });
    else if (type.includes('.command.refused.')) expect(problemSchema.parse(data)).toEqual(data);
    else if (type.includes('.solution.')) expect(solutionSchema.parse(data)).toEqual(data);
    else expect(operationSchema.parse(data)).toEqual(data);
  });

  it.each(written)('is valid by the schema of its name in docs/schemas: $file', ({ type, data }) => {
    const valid = ajv.validate(`${type}.json`, data);
    expect(ajv.errors).toBeNull();
    expect(valid).toBe(true);
  });

  it('is there for every event and for every kind of command: add one with each new message', () => {
    const types = new Set(written.map(({ type }) => type));
    const kinds = new Set(messages.filter(({ type }) => types.has(type)).map(({ data }) => data));
    expect([...kinds].toSorted()).toEqual(Object.keys(dataSchemas).toSorted());
    expect(eventMessages.map(({ type }) => type).filter((type) => !types.has(type))).toEqual([]);
  });
});

const flat = ({ solution, request }: { solution: object; request: object }) => ({ ...solution, ...request });

// The schemas of each version, copied from docs/schemas when it is released and never edited after that; those of the
// version in package.json are copied again when a change is meant, as long as nobody has it.
const released = path.join(import.meta.dirname, 'released');
const pairs = readdirSync(released).flatMap((version) =>
  readdirSync(path.join(released, version)).map((file) => ({
    version,
    file,
    then: json(released, version, file) as Schema,
    now: json('docs', 'schemas', file) as Schema,
  })),
);

describe('the schema of a released version', () => {
  it.each(pairs.filter(({ file }) => file.endsWith('.command.json')))(
    'lets nobody send what is not read now: $version $file',
    ({ then, now }) => {
      expect(narrowed(then, now)).toEqual([]);
    },
  );

  it.each(pairs.filter(({ file }) => file.endsWith('.event.json')))(
    'still describes what is sent now: $version $file',
    ({ then, now }) => {
      expect(narrowed(now, then)).toEqual([]);
    },
  );
});
