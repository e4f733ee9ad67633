import { AppError } from '../errors.js';
import { CallError } from '../saga/call-error.js';

/** Runs questions to a target on behalf of a caller who waits for the answer. @throws AppError `target-unavailable` for any CallError */
export async function asking<T>(target: string, questions: () => Promise<T>): Promise<T> {
  try {
    return await questions();
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    const { detail, retryAfterMs } = error;
    throw new AppError('target-unavailable', `The target "${target}" could not be asked: ${detail}`, {
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      cause: error,
    });
  }
}
