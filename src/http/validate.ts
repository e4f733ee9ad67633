import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import type * as z from 'zod';
import { faultsOf } from '../config/faults.js';
import { AppError, type Fault } from '../errors.js';

/**
 * A value as its schema describes it.
 * @throws AppError `invalid-request` with every fault by JSON pointer
 */
export function validate<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw invalid(faultsOf(parsed.error.issues));
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
    const result = await schema['~standard'].validate(type === 'body' ? (value ?? {}) : value);
    if (result.issues === undefined) return result.value;
    const faults = faultsOf(result.issues);
    throw invalid(type === 'body' ? faults : faults.map((fault) => outsideTheBody(fault, metadata)));
  }
}

/** A pointer goes into the body; a parameter is named in words. */
function outsideTheBody(fault: Fault, { type, data }: ArgumentMetadata): Fault {
  const name = [data, ...fault.pointer.split('/').slice(1)].filter((part) => part !== undefined).join('.');
  return {
    pointer: '',
    detail: `${type === 'query' ? 'query' : 'path'} parameter "${name}": ${fault.detail}`,
  };
}
