import { expect } from 'vitest';
import type { CallErrorClass } from '../../src/saga/call-error.js';
import { CallError } from '../../src/saga/call-error.js';

/** The CallError that the work fails with, which must be of this class. */
export async function failureOf(work: Promise<unknown>, errorClass: CallErrorClass): Promise<CallError> {
  const error = await work.then(
    (value) => new Error(`succeeded with ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(CallError);
  expect((error as CallError).errorClass, (error as CallError).message).toBe(errorClass);
  return error as CallError;
}
