import type { Finding } from '../../saga/action.js';
import { namedApplication, warning } from './finding.js';
import type { InspectedServer } from './inspection.js';

/** What of a server only a person can see, with the driver's reason. */
export function unseenServerFindings({ application, unseen }: InspectedServer): readonly Finding[] {
  const object = namedApplication(application);
  return [
    ...(unseen?.status === undefined
      ? []
      : [
          warning(
            'state-unseen',
            `Whether "${application.name}" runs cannot be seen: ${unseen.status}.`,
            object,
          ),
        ]),
    ...(unseen?.account === undefined
      ? []
      : [
          warning(
            'account-unseen',
            `As which account "${application.name}" runs cannot be seen: ${unseen.account}.`,
            object,
          ),
        ]),
  ];
}
