import { accountClicks } from './clicks/account-clicks.js';
import type { Clicks } from './clicks/clicks.js';
import { permissionClicks } from './clicks/permission-clicks.js';
import { serverClicks, switchOverClicks } from './clicks/server-clicks.js';
import type { Work } from './work.js';

export function clicksOf(work: Work): Clicks {
  switch (work.kind) {
    case 'grant':
    case 'revoke':
      return permissionClicks(work);
    case 'set-account':
      return accountClicks(work);
    case 'stop':
    case 'start':
      return serverClicks(work);
    case 'switch-over':
      return switchOverClicks(work);
    default:
      throw new Error(`${work.kind} is nobody's work but the service's`);
  }
}
