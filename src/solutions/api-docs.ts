import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import * as z from 'zod';
import { AppError } from '../errors.js';
import { problemDocument } from '../http/problem-document.js';
import { PROBLEMS, type ProblemCode } from '../problems.js';

/** A good answer, for the OpenAPI document. */
export const Answers = (
  status: number,
  description: string,
  schema: z.ZodType,
  headers: readonly string[] = [],
) =>
  ApiResponse({
    status,
    description,
    standardSchema: schema,
    ...(headers.length === 0
      ? {}
      : {
          headers: Object.fromEntries(headers.map((name) => [name, { schema: { type: 'string' as const } }])),
        }),
  });

/** A good answer in several forms: JSON by this schema, and texts. */
export const Represented = (
  status: number,
  description: string,
  schema: z.ZodType,
  texts: readonly string[],
) => {
  const id = z.globalRegistry.get(schema)?.id;
  if (id === undefined) throw new Error(`the schema of "${description}" has no id`);
  const text = Object.fromEntries(texts.map((type) => [type, { schema: { type: 'string' as const } }]));
  const json = { 'application/json': { schema: { $ref: `#/components/schemas/${id}` } } };
  return ApiResponse({ status, description, content: { ...json, ...text } });
};

/** Problems that a route may answer beside those that every route may. */
export function Problems(...codes: readonly ProblemCode[]): MethodDecorator & ClassDecorator {
  const always: ProblemCode[] = [
    'invalid-request',
    'unauthenticated',
    'forbidden',
    'internal',
    'unavailable',
    'database-full',
    'database-read-only',
    'database-overloaded',
  ];
  const ofBodies: ProblemCode[] = codes.includes('malformed-json')
    ? ['unsupported-media-type', 'body-too-large']
    : [];
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of [...always, ...ofBodies, ...codes]) {
    const { status } = problemDocument(new AppError(code, ''));
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return applyDecorators(
    ...[...byStatus].map(([status, of]) =>
      ApiResponse({
        status,
        description: of.map((code) => `\`${code}\`: ${PROBLEMS[code].title}.`).join(' '),
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      }),
    ),
  );
}
