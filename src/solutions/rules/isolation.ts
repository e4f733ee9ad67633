import type { Finding } from '../../saga/action.js';
import type { NamedObject } from './finding.js';
import { error, listed, warning } from './finding.js';
import type { Reader } from './readers.js';
import { excessFinding, readerFindings, unseenAccountFindings } from './readers.js';
import type { Mask } from './rights.js';
import { cannotTell, has, reads, rightsIn, typeName } from './rights.js';

export interface Granted {
  readonly object: NamedObject;
  readonly granted: Mask;
}

/** Both sides of the isolation, as read from the target. */
export interface IsolationFacts {
  readonly account: NamedObject;
  /** The account does not exist yet: the masks are what it will have by the base groups, EVERYONE and the planned grants. */
  readonly predicted: boolean;
  /** `planned`: what the entries of this solution give of it. */
  readonly required: readonly (Granted & { readonly needed: number; readonly planned?: number })[];
  /** Every Business Process of the tenant that was not asked for. */
  readonly others: readonly Granted[];
  /** Accounts of other servers of the tenant, with what they read of this solution. */
  readonly readers: readonly Reader[];
  /** Names of other servers whose account cannot be told. */
  readonly unseenServers?: readonly string[];
}

export function isolationFindings(
  facts: IsolationFacts,
  solutionId: string,
  requireExclusive: boolean,
): readonly Finding[] {
  const predict = (finding: Finding): Finding =>
    facts.predicted ? { ...finding, predicted: true } : finding;
  return [
    ...missing(facts).map(predict),
    ...tooMuch(facts).map(predict),
    ...unseenRights(facts),
    ...readerFindings(facts.readers, solutionId, requireExclusive),
    ...unseenAccountFindings(facts.unseenServers ?? []),
  ];
}

function missing({ required, account }: IsolationFacts): readonly Finding[] {
  return required
    .filter(({ granted, needed }) => granted !== cannotTell && !has(granted, needed))
    .map(({ object, granted, needed }) => {
      const lacks = needed & ~(typeof granted === 'number' ? granted : 0);
      const detail = `"${account.name}" lacks ${rightsIn(lacks)} on ${typeName(object.type)} "${object.name}".`;
      return error('missing-permission', detail, object);
    });
}

function tooMuch({ others, account }: IsolationFacts): readonly Finding[] {
  const read = others.filter(({ granted }) => reads(granted)).map(({ object }) => object);
  return read.length === 0 ? [] : [excessFinding(account, read)];
}

function unseenRights({ required, others, account }: IsolationFacts): readonly Finding[] {
  const unseen = [...required, ...others].filter(({ granted }) => granted === cannotTell);
  if (unseen.length === 0) return [];
  const names = listed(unseen.map(({ object }) => object.name));
  const detail = `The rights of "${account.name}" on ${names} cannot be read on this target.`;
  return [warning('rights-unseen', detail, account)];
}
