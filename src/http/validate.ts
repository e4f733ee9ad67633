import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import * as z from 'zod';
import { firstFaults, type FaultTerms, type Issue } from '../config/faults.js';
import { AppError, parameterFault, type Fault } from '../errors.js';

/**
 * So many are named: anybody may send a body, and 90,000 unknown members in one of 1 MiB took 6.7 s of the only thread and
 * 30 MB to name in full.
 */
const maxNamed = 100;

/**
 * A value as its schema describes it.
 * @throws AppError `invalid-request` with its faults by JSON pointer
 */
export function validate<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw invalid(...namedFaults(parsed.error.issues, { schema }));
}

/** The faults that are named, and how many there are. */
export const namedFaults = (issues: readonly Issue[], terms: FaultTerms): [Fault[], number] =>
  firstFaults(issues, terms, maxNamed);

/** @param count how many there are, where not all of them are named */
export function invalid(errors: Fault[], count = errors.length): AppError {
  const detail = count === 1 ? 'The request has a fault.' : `The request has ${count} faults.`;
  const named = count > errors.length ? ` The first ${errors.length} of them are listed.` : '';
  return new AppError('invalid-request', detail + named, { errors });
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
    if (type === 'body') throw invalid(...namedFaults(result.issues, { schema: known }));
    const [faults, count] = namedFaults(result.issues, { schema: known, noun: 'parameter' });
    throw invalid(
      faults.map((fault) => outsideTheBody(fault, value, metadata)),
      count,
    );
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
