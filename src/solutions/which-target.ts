import { AppError } from '../errors.js';
import type { Target, Targets } from './ports/target.js';

/** The target a request means; it need not be named while there is only one. @throws AppError `target-unknown` */
export function whichTarget(targets: Targets, name: string | undefined): Target {
  const names = targets.names();
  const meant = name ?? (names.length === 1 ? names[0] : undefined);
  if (meant !== undefined && names.includes(meant)) return targets.get(meant);
  const known = names.map((one) => `"${one}"`).join(', ');
  const detail =
    meant === undefined
      ? `Say which target is meant: ${known} are configured.`
      : `There is no target "${meant}"; configured: ${known}.`;
  throw new AppError('target-unknown', detail, {
    errors: [{ pointer: '/target', detail: `must be one of ${known}` }],
    members: { targets: names },
  });
}
