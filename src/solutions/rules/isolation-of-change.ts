import type { IsolationFacts } from './isolation.js';
import type { SolutionRefs } from './refs.js';
import { union } from './rights.js';

/**
 * What a look during a change means: a server that is about to leave still runs as the solution's own Person, which is
 * no foreign reader; and in a dry run the entries that the change adds count as there, those it takes away as gone.
 */
export function isolationOfChange(
  facts: IsolationFacts,
  { leaving }: SolutionRefs,
  { solutionId, dryRun }: { readonly solutionId: string; readonly dryRun: boolean },
): IsolationFacts {
  const readers = facts.readers.filter(({ solution }) => solution !== solutionId);
  if (!dryRun) return { ...facts, readers };
  const gone = new Set(leaving.businessProcesses.map(({ dbid }) => dbid));
  return {
    ...facts,
    readers,
    predicted: true,
    required: facts.required.map((one) => ({ ...one, granted: union([one.granted, one.planned ?? 0]) })),
    others: facts.others.filter(({ object }) => object.dbid === null || !gone.has(object.dbid)),
  };
}
