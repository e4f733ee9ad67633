import type { Target } from '../../solutions/ports/target.js';
import { rememberedRights } from './remembered-rights.js';
import { remembering } from './remembering.js';

type Ports = Pick<Target, 'objects' | 'security' | 'control'>;

/** The ports of a target, each question asked once for a look. */
export function rememberingTarget(name: string, { objects, security, control }: Ports): Ports {
  const rights = rememberedRights(`${name}/security`, security.effectivePermissions.bind(security));
  return {
    objects: remembering(`${name}/objects`, objects, ['find', 'get', 'findByName']),
    security: remembering(`${name}/security`, security, ['readAcl', 'readAccount'], {
      effectivePermissions: rights,
    }),
    control: remembering(`${name}/control`, control, ['status']),
  };
}
