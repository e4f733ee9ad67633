import type { Finding } from '../../saga/action.js';
import type { NamedObject } from './finding.js';
import { listed, warning } from './finding.js';
import type { TenantFacts } from './tenant-facts.js';
import { ownersOf, readsOf } from './tenant-servers.js';

export interface Unclaimed {
  /** Made since anybody last chose Business Processes for a solution of the tenant: DBIDs go up and are never used again. */
  readonly isNew: boolean;
  readonly object: NamedObject;
}

/** Business Processes that no live solution has claimed. */
export function unclaimedOf(facts: TenantFacts): readonly Unclaimed[] {
  const owners = ownersOf(facts);
  const newest = Math.max(0, ...facts.solutions.map((solution) => solution.newestBusinessProcess ?? 0));
  return facts.businessProcesses
    .filter(({ name }) => !owners.has(name))
    .map((object) => ({ object, isNew: newest > 0 && (object.dbid ?? 0) > newest }));
}

/** Nobody has asked for an Interaction Server of their own for these; what becomes of them is said with them. */
export function unclaimedFindings(facts: TenantFacts): readonly Finding[] {
  const unclaimed = unclaimedOf(facts);
  const [fresh, rest] = [true, false].map((is) =>
    unclaimed.filter(({ isNew }) => isNew === is).map(({ object }) => object),
  ) as [NamedObject[], NamedObject[]];
  return [
    ...finding(
      facts,
      'business-process-new',
      fresh,
      'made since the last onboarding or change, and of no solution',
    ),
    ...finding(facts, 'business-process-unclaimed', rest, 'of no solution'),
  ];
}

function finding(
  facts: TenantFacts,
  code: 'business-process-new' | 'business-process-unclaimed',
  objects: readonly NamedObject[],
  what: string,
): readonly Finding[] {
  const [first] = objects;
  if (first === undefined) return [];
  const readers = facts.readers.filter((reader) => {
    const read = new Set(readsOf(reader).map(({ dbid }) => dbid));
    return objects.some(({ dbid }) => read.has(dbid));
  });
  const by =
    readers.length === 0
      ? 'no Interaction Server reads them'
      : `read by ${listed(readers.map(({ name }) => name))}`;
  const detail = `Business Processes ${what}: ${listed(objects.map(({ name }) => name))}; ${by}.`;
  return [{ ...warning(code, detail, first), objects }];
}
