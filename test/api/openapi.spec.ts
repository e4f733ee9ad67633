import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PROBLEMS } from '../../src/problems.js';
import { onboardExamples } from '../../src/solutions/onboard-examples.js';
import { onboardRequest } from '../../src/solutions/onboard-request.js';
import { startApi } from './api.js';

interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object> };
}
interface Operation {
  requestBody?: {
    content: Record<string, { schema: unknown; examples?: Record<string, { value: unknown }> }>;
  };
  responses: Record<string, { content?: Record<string, { schema: unknown }> }>;
}

const served = async (): Promise<Document> => {
  const { http } = await startApi();
  return (await http.get('/openapi.json').expect(200)).body as Document;
};

describe('/openapi.json', () => {
  it('is the one that is committed: run `npm run generate` when the interface has changed', async () => {
    const committed = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as unknown;
    expect(await served()).toEqual(committed);
  });

  it('is OpenAPI 3.1 in which every reference leads somewhere', async () => {
    const document = await served();
    expect(document.openapi).toBe('3.1.0');
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)];
    const missing = references
      .map(([, name]) => name ?? '')
      .filter((name) => !(name in document.components.schemas));
    expect(references.length).toBeGreaterThan(20);
    expect(missing).toEqual([]);
    expect(JSON.stringify(document)).not.toContain('"nullable"');
  });

  it('has the examples of POST /v1/solutions that the explorer runs, as plain JSON', async () => {
    const content = (await served()).paths['/v1/solutions']?.['post']?.requestBody?.content[
      'application/json'
    ];
    expect(content?.schema).toEqual({ $ref: '#/components/schemas/OnboardRequest' });
    expect(content?.examples).toEqual(onboardExamples);
    const valid = Object.entries(onboardExamples).map(([name, { value }]) => [
      name,
      onboardRequest.safeParse(value).success,
    ]);
    expect(Object.fromEntries(valid)).toEqual({ onboard: true, 'fails-half-way': true, 'not-valid': false });
  });

  it('says for every route of the interface what it answers when it works and when it does not', async () => {
    const { paths } = await served();
    for (const [path, methods] of Object.entries(paths).filter(([one]) => one.startsWith('/v1/'))) {
      for (const [method, { responses }] of Object.entries(methods)) {
        const statuses = Object.keys(responses);
        expect([path, method, statuses]).toEqual([
          path,
          method,
          expect.arrayContaining(['400', '401', '403', '500', '503']),
        ]);
        if (JSON.stringify(responses['400']).includes('malformed-json'))
          expect([path, method, statuses]).toEqual([path, method, expect.arrayContaining(['413', '415'])]);
        const good = Object.entries(responses).filter(([status]) => status.startsWith('2'));
        expect(good.length).toBeGreaterThan(0);
        for (const [status, { content }] of good) {
          expect([path, method, status, content?.['application/json']?.schema]).toEqual([
            path,
            method,
            status,
            { $ref: expect.stringContaining('#/components/schemas/') as string },
          ]);
        }
      }
    }
  });
});

it('every pattern that is published is in words that other engines have', () => {
  const files = [
    'openapi.json',
    'asyncapi.json',
    'bridge/openapi.json',
    ...readdirSync('docs/schemas').map((file) => `schemas/${file}`),
  ];
  const patterns = new Set<string>();
  for (const file of files) {
    JSON.parse(readFileSync(`docs/${file}`, 'utf8'), (name, value: unknown) => {
      if (name === 'pattern' && typeof value === 'string') patterns.add(value);
      return value;
    });
  }
  expect(patterns.size).toBeGreaterThan(3);
  // Python has no \p{…}, Go no \u…, and neither has what looks ahead or behind everywhere.
  expect([...patterns].filter((pattern) => /\\[pPu]|\(\?[^:]/.test(pattern))).toEqual([]);
});

it('every code that a problem, a finding or an error may carry has a page', async () => {
  const { http } = await startApi();
  for (const code of Object.keys(PROBLEMS)) {
    const page = await http.get(`/problems/${code}`);
    expect([code, page.status]).toEqual([code, 200]);
    expect(readFileSync(`docs/problems/${code}.md`, 'utf8')).toContain(code);
  }
});
