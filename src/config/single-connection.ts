/**
 * Application types (CfgAppType) that support a connection to one Interaction Server only, where a site says nothing
 * else. The vendor names the kinds of product, not the types (facts sheet 5).
 */
export const singleConnectionTypes: readonly { readonly type: number; readonly name: string }[] = [
  { type: 2, name: 'Stat Server' },
  { type: 9, name: 'Interaction Concentrator' },
  { type: 18, name: 'Agent Desktop' },
  { type: 157, name: 'Interaction Workspace' },
];
