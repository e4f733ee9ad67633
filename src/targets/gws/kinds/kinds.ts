import type { ObjectKind } from '../../../solutions/ports/config-objects.js';
import { accessGroupKind } from './access-group.js';
import { applicationKind } from './application.js';
import { hostKind } from './host.js';
import type { Kind } from './kind.js';
import { personKind } from './person.js';
import { scriptKind } from './script.js';
import { tenantKind } from './tenant.js';

export const kinds: { readonly [K in ObjectKind]: Kind<K> } = {
  tenant: tenantKind,
  accessGroup: accessGroupKind,
  person: personKind,
  application: applicationKind,
  script: scriptKind,
  host: hostKind,
};
