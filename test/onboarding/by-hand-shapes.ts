import type { ByHand } from './by-hand.js';
import { whole } from './by-hand.js';

const { bound: _, ...unbound } = whole;

/** How far somebody may have come by hand. */
export const byWholeOrPart: readonly { readonly name: string; readonly there: ByHand }[] = [
  { name: 'a solution that is all there', there: whole },
  { name: 'everything but the servers, which are still under SYSTEM', there: unbound },
  {
    name: 'a group with some rights, one of them another, and no Person',
    there: {
      group: true,
      entries: { 'Retail Inbound': 9, 'Retail Outbound': 1 },
    },
  },
  { name: 'a group alone', there: { group: true } },
  { name: 'a Person alone', there: { person: true } },
  {
    name: 'a Person beside its group, in none, with rights of another kind on one server',
    there: {
      group: true,
      person: true,
      applications: { IxnServer_Retail: 1 },
    },
  },
  {
    name: 'servers bound, with half of their rights',
    there: {
      ...whole,
      member: false,
      entries: { 'Retail Complaints': 127 },
      applications: { IxnServer_Retail: 9, IxnServer_Retail_B: 127 },
    },
  },
];
