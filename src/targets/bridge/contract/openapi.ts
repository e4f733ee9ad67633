import * as z from 'zod';
import { operations } from './operations.js';
import * as schemas from './schemas.js';

type Json = Record<string, unknown>;

const capital = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

/** JSON Schemas of all that goes over the wire, by component name. */
function components(): Json {
  const registry = z.registry<{ id: string; description?: string | undefined }>();
  for (const [name, schema] of Object.entries(schemas))
    registry.add(schema, { id: capital(name), description: schema.description });
  const made = z.toJSONSchema(registry, { uri: (id) => `#/components/schemas/${id}`, io: 'input' });
  return Object.fromEntries(
    Object.entries(made.schemas).map(([name, schema]) => {
      const { $schema: _, $id: __, ...rest } = schema as Json;
      return [name, rest];
    }),
  );
}

const intro = `What a site puts in front of its vendor SDK, so that solution onboarding can read and write access control lists and
the account of a server ("Log On As"), and start, stop and switch servers: what no HTTP API of the platform does.
One stateless service, one request to one message of the SDK, no retries. How to write one is in README.md beside this file.`;

/** The contract of the bridge as an OpenAPI 3.1 document. */
export function bridgeOpenApi(): Json {
  return {
    openapi: '3.1.0',
    info: { title: 'Bridge to a contact-centre platform', version: '1.0.0', description: intro },
    servers: [
      {
        url: 'https://bridge.example',
        description: '`baseUrl` of `security` and `control` in the targets file',
      },
    ],
    security: [{ token: [] }],
    tags: [
      { name: 'security', description: 'Access control lists and accounts, in Configuration Server' },
      { name: 'control', description: 'Servers, through Solution Control Server' },
      { name: 'bridge', description: 'The bridge itself' },
    ],
    paths: operations(),
    components: {
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          description: 'One secret for a caller; `security` and `control` may have one each.',
        },
      },
      schemas: components(),
    },
  };
}
