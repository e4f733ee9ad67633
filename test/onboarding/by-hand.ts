/** A solution as somebody has set it up by hand before this service came: what of it is there. */
export interface ByHand {
  readonly group?: boolean;
  readonly person?: boolean;
  readonly member?: boolean;
  readonly base?: boolean;
  /** Business Process → mask of the group's entry. */
  readonly entries?: Readonly<Record<string, number>>;
  /** Application → mask of the Person's entry. */
  readonly applications?: Readonly<Record<string, number>>;
  /** Applications that run as the Person. */
  readonly bound?: readonly string[];
  /** Attributes of the Person and its group that differ from the usual. */
  readonly personIs?: Readonly<Record<string, string>>;
  readonly groupIs?: Readonly<Record<string, string>>;
  readonly annex?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export const group = { type: 21, name: 'retail-email-account', tenantDbid: 1 };
export const person = { type: 3, name: 'ixn-retail-email' };
const pair = ['IxnServer_Retail', 'IxnServer_Retail_B'] as const;

/** Everything, as it should be. */
export const whole: ByHand = {
  group: true,
  person: true,
  member: true,
  base: true,
  entries: { 'Retail Inbound': 9, 'Retail Outbound': 9, 'Retail Complaints': 9 },
  applications: { [pair[0]]: 9, [pair[1]]: 9 },
  bound: pair,
};

/** @param change `POST /simulator/change` */
export async function setUpByHand(change: (body: unknown) => Promise<unknown>, what: ByHand): Promise<void> {
  const annex = what.annex ?? { notes: { owner: 'Ana Miller', ticket: 'CHG-7' } };
  if (what.group === true) {
    const attributes = { name: group.name, tenantDBID: '1', type: '1', ...what.groupIs };
    await change({ create: { type: 21, attributes, annex } });
  }
  if (what.person === true) {
    const names = { userName: person.name, employeeID: 'E-77', firstName: 'Retail', lastName: 'Server' };
    const attributes = { ...names, tenantDBID: '1', isAgent: '1', ...what.personIs };
    await change({ create: { type: 3, attributes, annex } });
  }
  if (what.member === true) await change({ member: { group, person, present: true } });
  if (what.base === true) {
    const base = { type: 21, name: 'Ixn servers base', tenantDbid: 1 };
    await change({ member: { group: base, person, present: true } });
  }
  for (const [name, accessMask] of Object.entries(what.entries ?? {})) {
    await change({ acl: { object: { type: 12, name }, account: group, accessMask } });
  }
  for (const [name, accessMask] of Object.entries(what.applications ?? {})) {
    await change({ acl: { object: { type: 9, name }, account: person, accessMask } });
  }
  for (const application of what.bound ?? []) {
    await change({ account: { application, account: person } });
    // Started once more since.
    const runMode = application === pair[1] ? 'backup' : 'primary';
    await change({ status: { application, status: 6, runMode } });
  }
}
