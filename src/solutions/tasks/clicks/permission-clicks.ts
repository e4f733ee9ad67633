import { ObjectType } from '../../ports/object-types.js';
import { rightsOf } from '../rights-in-words.js';
import type { Named, Work } from '../work.js';
import { called } from '../work.js';
import type { Clicks } from './clicks.js';

/** One entry in the list of permissions of one object; never those of the objects below it. */
export function permissionClicks({ object, whom, wanted, tenant }: Work): Clicks {
  if (whom === null) throw new Error('an entry of nobody');
  const mask = (wanted as { readonly accessMask: number } | null)?.accessMask ?? null;
  const account = called(whom);
  const kind = whom.type === ObjectType.accessGroup ? 'Access Group' : 'User';
  const rights = mask === null ? '' : rightsOf(mask);
  return {
    summary:
      mask === null
        ? `Take ${account} out of the permissions of ${called(object)}.`
        : `Give ${account} ${rights}, and nothing else, on ${called(object)}.`,
    configurationManager: [
      `${inConfigurationManager(object, tenant)} Right-click it and choose Properties.`,
      'On the tab Security press Permissions.',
      `Write down whether ${account} is in the list, and with which rights.`,
      ...(mask === null
        ? [`Select ${account} and press Remove. Touch no other entry.`]
        : [
            `Where it is not in the list: press Add, choose ${account}, and press OK.`,
            `Select it, choose "Special Access" as the type of access, and tick exactly: ${rights}.`,
            'Touch no other entry, and tick nothing that replaces the permissions of child objects.',
          ]),
      'Press OK in both windows, open them once more, and see that it is as it should be.',
    ],
    genesysAdministrator: [
      `${inGenesysAdministrator(object)} Open it and go to its tab Permissions.`,
      `Write down whether ${account} is in the list, and with which rights.`,
      ...(mask === null
        ? [`Select ${account} and press Remove. Touch no other line.`]
        : [
            `Where it is not in the list: press Add ${kind} and choose ${account}.`,
            `In its line tick exactly: ${rights}. Touch no other line.`,
          ]),
      'Press Save, open the tab once more, and see that it is as it should be.',
    ],
  };
}

export function inConfigurationManager(object: Named, tenant: string): string {
  return object.type === ObjectType.script
    ? `In Configuration Manager open the tenant ${JSON.stringify(tenant)}, the folder Scripts, and in it ${called(object)}, which is of type Business Process.`
    : `In Configuration Manager open Environment, the folder Applications, and in it ${called(object)}.`;
}

function inGenesysAdministrator(object: Named): string {
  return object.type === ObjectType.script
    ? `In Genesys Administrator go to Provisioning > Routing/eServices > Scripts and find ${called(object)}, which is of type Business Process.`
    : `In Genesys Administrator go to Provisioning > Environment > Applications and find ${called(object)}.`;
}
