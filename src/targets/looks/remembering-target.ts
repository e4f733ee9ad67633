import type { Target } from '../../solutions/ports/target.js';
import { rememberedRights } from './remembered-rights.js';
import { remembering } from './remembering.js';

type Ports = Pick<Target, 'objects' | 'security' | 'control'>;

/** Its objects, for those who look through them for another channel too. */
export const rememberingObjects = (name: string, objects: Ports['objects']): Ports['objects'] =>
  remembering(`${name}/objects`, objects, ['find', 'get', 'findByName']);

/**
 * The ports of a target, each question asked once for a look.
 * @param accountsByCandidate accounts are looked for among candidates, in lists of the objects, which are remembered
 */
export function rememberingTarget(
  name: string,
  { objects, security, control }: Ports,
  accountsByCandidate: boolean,
): Ports {
  const rights = rememberedRights(`${name}/security`, security.effectivePermissions.bind(security));
  // Whoever is asked for the account itself is asked once, whatever accounts the callers think of.
  const remembered = remembering(`${name}/security`, security, ['readAccount']);
  return {
    objects: rememberingObjects(name, objects),
    security: accountsByCandidate
      ? remembering(`${name}/security`, security, ['readAcl'], { effectivePermissions: rights })
      : remembering(`${name}/security`, security, ['readAcl'], {
          effectivePermissions: rights,
          readAccount: (call, dbid) => remembered.readAccount(call, dbid),
        }),
    control: remembering(`${name}/control`, control, ['status']),
  };
}
