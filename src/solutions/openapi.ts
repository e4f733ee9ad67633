import type { OpenAPIObject } from '@nestjs/swagger';
import * as z from 'zod';

type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;

/**
 * The named schemas in JSON Schema 2020-12, as OpenAPI 3.1 has it: the framework asks zod for the dialect of 3.0, which
 * says `null` in a way that 3.1 does not know. With them come the schemas that routes only refer to.
 */
export function withNamedSchemas(document: OpenAPIObject): OpenAPIObject {
  const { schemas } = z.toJSONSchema(z.globalRegistry, {
    uri: (id) => `#/components/schemas/${id}`,
    unrepresentable: 'any',
  });
  const named = Object.entries(schemas).map(([id, { $schema: _dialect, $id: _place, ...schema }]) => [
    id,
    schema,
  ]);
  return {
    ...document,
    components: {
      ...document.components,
      schemas: { ...document.components?.schemas, ...(Object.fromEntries(named) as Schemas) },
    },
  };
}

/** The version of the interface, not of the program: it changes when a caller has to. */
export const openApiOptions = { version: '1', patch: withNamedSchemas } as const;
