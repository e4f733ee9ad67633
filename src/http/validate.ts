import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import * as z from 'zod';
import { faultsOf } from '../config/faults.js';
import { AppError, parameterFault, type Fault } from '../errors.js';

/**
 * A value as its schema describes it.
 * @throws AppError `invalid-request` with every fault by JSON pointer
 */
export function validate<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw invalid(faultsOf(parsed.error.issues, { schema }));
}

export function invalid(errors: Fault[]): AppError {
  const detail =
    errors.length === 1 ? 'The request has a fault.' : `The request has ${errors.length} faults.`;
  return new AppError('invalid-request', detail, { errors });
}

/** For `@Body({ schema })`, `@Query({ schema })` and `@Param('id', { schema })`: strict zod objects refuse unknown members by name. */
@Injectable()
export class ValidationPipe implements PipeTransform<unknown, Promise<unknown>> {
  async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const { schema, type } = metadata;
    if (schema === undefined) return value;
    // A request without a body is told what its body lacks.
    const given = type === 'body' && value === undefined ? {} : value;
    const result = await schema['~standard'].validate(given);
    if (result.issues === undefined) return result.value;
    const known = schema instanceof z.ZodType ? schema : undefined;
    if (type === 'body') throw invalid(faultsOf(result.issues, { schema: known }));
    const faults = faultsOf(result.issues, { schema: known, noun: 'parameter' });
    throw invalid(faults.map((fault) => outsideTheBody(fault, value, metadata)));
  }
}

/** A pointer goes into the body; a parameter is named in words. */
function outsideTheBody({ pointer, detail }: Fault, value: unknown, { type, data }: ArgumentMetadata): Fault {
  const name = data ?? pointer.slice(1).replaceAll('~1', '/').replaceAll('~0', '~');
  const given = (value as Record<string, unknown> | null)?.[name];
  const isRepeated = Array.isArray(given) && detail.startsWith('expected ');
  return parameterFault(
    type === 'query' ? 'query' : 'path',
    name,
    isRepeated ? 'is given more than once' : detail,
  );
}
