import { ObjectType, WellKnown } from '../../ports/object-types.js';
import type { Json } from '../../../saga/json.js';
import type { Named, Work } from '../work.js';
import { called } from '../work.js';
import type { Clicks } from './clicks.js';
import { inConfigurationManager } from './permission-clicks.js';

const isSystem = ({ type, dbid }: { readonly type: number; readonly dbid: number }): boolean =>
  type === ObjectType.accessGroup && dbid === WellKnown.system;

/** The account a server runs as, by the name that the work itself uses for it. */
function accountCalled(image: Json, whom: Named | null): string {
  const account = image as { readonly type: number; readonly dbid: number };
  if (isSystem(account)) return 'SYSTEM';
  const isWhom = whom?.type === account.type && whom.dbid === account.dbid;
  return called(isWhom ? whom : { ...account, name: '' }).replace(' ""', '');
}

/** "Log On As" of one server. */
export function accountClicks({ object, whom, wanted, tenant, expected }: Work): Clicks {
  const account = accountCalled(wanted, whom);
  const toSystem = account === 'SYSTEM';
  const unknown = toSystem ? 'the account of this solution' : 'SYSTEM';
  const now = expected === undefined ? unknown : accountCalled(expected, whom);
  const stop = `If it is neither ${now} nor ${account}, change nothing and report the task as not done: somebody else has set it.`;
  return {
    summary: `Let ${called(object)} run as ${account}.`,
    configurationManager: [
      `${inConfigurationManager(object, tenant)} Right-click it and choose Properties.`,
      'Go to the tab Security. Write down what "Log On As" shows.',
      stop,
      toSystem ? 'Choose SYSTEM.' : `Choose "This account", press Browse, and choose ${account}.`,
      'Press OK, open the tab once more, and see that it shows the account.',
    ],
    genesysAdministrator: [
      `In Genesys Administrator go to Provisioning > Environment > Applications and open ${called(object)}.`,
      'On the tab Configuration open the section Server Info. Write down whether "Log On As SYSTEM" is ticked, and what "Log On Account" shows.',
      stop,
      toSystem
        ? 'Tick "Log On As SYSTEM".'
        : `Take the tick from "Log On As SYSTEM" and choose ${account} as "Log On Account".`,
      'Press Save, open the section once more, and see that it shows the account.',
    ],
  };
}
