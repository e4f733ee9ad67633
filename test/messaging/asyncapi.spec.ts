import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Parser } from '@asyncapi/parser';
import { describe, expect, it } from 'vitest';
import { operationSchema, problemSchema } from '../../src/solutions/api-schemas.js';
import { asyncApiDocument } from '../../src/solutions/asyncapi.js';
import { kindOf, onboardData, verbDataOf } from '../../src/solutions/commands/command-data.js';
import { startApi } from '../api/api.js';

const document = asyncApiDocument() as {
  components: { messages: Record<string, unknown> };
};

describe('/asyncapi.json', () => {
  it('is AsyncAPI 3 without a fault', async () => {
    const { document: parsed, diagnostics } = await new Parser().parse(JSON.stringify(document));
    const faults = diagnostics.filter(({ code }) => code !== 'asyncapi-latest-version');
    expect(faults).toEqual([]);
    expect(parsed?.version()).toBe('3.0.0');
    const messages = parsed?.allChannels().get('commands')?.messages().all() ?? [];
    expect(messages.map((message) => message.name())).toContain('solution-onboarding.command.onboard.v1');
  });

  it('is served without sign-in, as it is committed: run `npm run generate` when a message has changed', async () => {
    const api = await startApi({ apiKeys: [] });
    const served: unknown = (await api.http.get('/asyncapi.json').expect(200)).body;
    expect(served).toEqual(JSON.parse(readFileSync('docs/asyncapi.json', 'utf8')));
  });
});

// One file per message as a released version wrote it; files are added, and never edited.
const folder = path.join(import.meta.dirname, 'written');
const written = readdirSync(folder).map((file) => {
  const { type, data } = JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as {
    type: string;
    data: unknown;
  };
  return [file, type, data] as const;
});

describe('a message that an older version wrote', () => {
  it.each(written)('is still read: %s', (_file, type, data) => {
    expect(document.components.messages).toHaveProperty([type]);
    const kind = kindOf(type);
    if (kind === 'onboard') expect(onboardData(data)).toEqual(data);
    else if (kind !== null) expect(verbDataOf(data)).toMatchObject({ of: expect.anything() as unknown });
    else if (type.includes('.command.refused.')) expect(problemSchema.parse(data)).toEqual(data);
    else expect(operationSchema.parse(data)).toEqual(data);
  });
});
