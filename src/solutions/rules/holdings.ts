import type { PlannedAction } from '../../saga/action.js';
import type { AccessGroupObject, PersonObject } from '../ports/config-objects.js';
import { PersonState } from '../ports/config-objects.js';
import { ObjectType } from '../ports/object-types.js';
import type { NamedObject } from './finding.js';
import { revoke } from './revoke.js';

/** What hangs on the account and the Person of a solution beyond what it put there. */
export interface Holdings {
  readonly group: AccessGroupObject | null;
  readonly person: PersonObject | null;
  /** Members of the account other than the Person. */
  readonly members: readonly NamedObject[];
  /** Business Processes of others that the Person reads, with the masks of entries that are ours. */
  readonly excess: readonly {
    readonly object: NamedObject;
    readonly ofGroup: number | null;
    readonly ofPerson: number | null;
  }[];
}

/** What it takes until nothing but the solution's own hangs on them. */
export function holdingsActions({ group, person, members, excess }: Holdings): readonly PlannedAction[] {
  if (group === null || person === null) return [];
  const account = { type: ObjectType.accessGroup, name: group.name, dbid: group.dbid };
  const self = { type: ObjectType.person, name: person.userName, dbid: person.dbid };
  return [
    ...(person.state === PersonState.enabled ? [] : [enable(person)]),
    ...members.map((member): PlannedAction => ({
      kind: 'remove-member',
      object: { ...account, for: member },
      before: { member: true },
      after: { member: false },
      stage: 1,
    })),
    ...excess.flatMap(({ object, ofGroup, ofPerson }) => [
      ...revoke(object, account, ofGroup, 1),
      ...revoke(object, self, ofPerson, 1),
    ]),
  ];
}

const enable = ({ userName, dbid, state }: PersonObject): PlannedAction => ({
  kind: 'update',
  object: { type: ObjectType.person, name: userName, dbid },
  before: { state },
  after: { state: PersonState.enabled },
  stage: 1,
});
