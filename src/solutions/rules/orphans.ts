import type { Finding } from '../../saga/action.js';
import type { NamedObject } from './finding.js';
import { listed, warning } from './finding.js';
import { ObjectType } from '../ports/object-types.js';
import type { MarkedObject, MarkedSolution, TenantFacts } from './tenant-facts.js';
import { typeName } from './rights.js';

export interface Orphan {
  readonly object: NamedObject;
  /** What the mark says; ids as they stand there. */
  readonly solution: string;
  readonly operation: string;
  readonly key: string | null;
  readonly reason: OrphanReason;
  /** Names of servers that run as it. */
  readonly accountOf: readonly string[];
}

/**
 * `unknown`: no solution of this id is known here, as after restoring an older backup, or with a second installation.
 * `gone`: its solution has ended. `abandoned`: its last operation was given up. `copy`: the solution holds another object;
 * Configuration Manager copies the annex with an object.
 */
export type OrphanReason = 'unknown' | 'gone' | 'abandoned' | 'copy';

/** Objects with our mark that no solution in use holds. */
export const orphansOf = ({ marked, markedSolutions, readers }: TenantFacts): readonly Orphan[] =>
  marked.flatMap((one) => {
    const { object, mark } = one;
    const solution = markedSolutions.get(mark.solution) ?? null;
    const reason = reasonOf(one, solution);
    if (reason === null) return [];
    const isIt = readers.find(({ account }) => account.type === object.type && account.dbid === object.dbid);
    return [{ object, ...mark, key: solution?.key ?? null, reason, accountOf: isIt?.servers ?? [] }];
  });

function reasonOf({ object }: MarkedObject, solution: MarkedSolution | null): OrphanReason | null {
  if (solution === null) return 'unknown';
  if (!solution.live) return 'gone';
  if (solution.state === 'failed') return 'abandoned';
  const held = object.type === ObjectType.person ? solution.person : solution.accessGroup;
  return held !== null && held !== object.dbid ? 'copy' : null;
}

const because: Readonly<Record<OrphanReason, (orphan: Orphan) => string>> = {
  unknown: ({ solution }) => `carries our mark of a solution that is not known here (${solution})`,
  gone: ({ key }) => `was made for the solution "${key ?? ''}", which has ended`,
  abandoned: ({ key }) => `was left behind by an operation of the solution "${key ?? ''}" that was abandoned`,
  copy: ({ key }) => `carries the mark of the solution "${key ?? ''}", which holds another object`,
};

export const orphanFindings = (orphans: readonly Orphan[]): readonly Finding[] =>
  orphans.map((orphan) => {
    const { object, reason, accountOf } = orphan;
    const used =
      accountOf.length === 0
        ? ''
        : `, and ${listed(accountOf)} ${accountOf.length === 1 ? 'runs' : 'run'} as it`;
    const detail = `The ${typeName(object.type)} "${object.name}" ${because[reason](orphan)}${used}.`;
    return { ...warning('orphan', detail, object), reason };
  });
