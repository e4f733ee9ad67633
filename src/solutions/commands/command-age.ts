import { AppError } from '../../errors.js';
import { invalid } from '../../http/validate.js';
import {
  COMMAND_MAX_AGE_MS,
  COMMAND_MAX_AHEAD_MS,
  type IncomingCommand,
} from '../../messaging/incoming-command.js';

/**
 * A repeat is known by its inbox row, and those are not kept for ever: what is older than they are cannot be told
 * from a repeat. One from the future would outlive its row.
 * @throws AppError `command-expired`, `invalid-request`
 */
export function requireYoung({ time }: IncomingCommand, now: Date): void {
  const ageMs = now.getTime() - time.getTime();
  if (ageMs > COMMAND_MAX_AGE_MS) {
    const days = COMMAND_MAX_AGE_MS / 86_400_000;
    throw new AppError(
      'command-expired',
      `The command is of ${time.toISOString()}; commands older than ${days} days are not carried out.`,
    );
  }
  if (-ageMs > COMMAND_MAX_AHEAD_MS) {
    throw invalid([{ pointer: '', detail: `time: ${time.toISOString()} is more than an hour ahead` }]);
  }
}
