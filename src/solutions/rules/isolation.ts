import type { Finding } from '../../saga/action.js';
import type { ObjectId } from '../ports/config-objects.js';
import { Access, ObjectType } from '../ports/object-types.js';
import type { NamedObject } from './finding.js';
import { error, listed, warning } from './finding.js';

export interface Granted {
  readonly object: NamedObject;
  /** Effective mask; null where the object does not exist. */
  readonly granted: number | null;
}

/** An account of other Interaction Servers and which of our Business Processes it reads. */
export interface Reader {
  readonly account: ObjectId;
  readonly name: string;
  readonly servers: readonly string[];
  readonly reads: readonly NamedObject[];
  /** The solution whose mark the account carries; null where it carries none. */
  readonly solution: string | null;
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
  readonly readers: readonly Reader[];
}

const has = (mask: number | null, bits: number): boolean => ((mask ?? 0) & bits) === bits;

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
    ...facts.readers.flatMap((reader) => readerFindings(reader, solutionId, requireExclusive)),
  ];
}

function missing({ required, account }: IsolationFacts): readonly Finding[] {
  return required
    .filter(({ granted, needed }) => !has(granted, needed))
    .map(({ object, granted, needed }) => {
      const lacks = needed & ~(granted ?? 0);
      const detail = `"${account.name}" lacks ${rights(lacks)} on ${typeNames.get(object.type) ?? `object type ${object.type}`} "${object.name}".`;
      return error('missing-permission', detail, object);
    });
}

function tooMuch({ others, account }: IsolationFacts): readonly Finding[] {
  const read = others.filter(({ granted }) => has(granted, Access.read)).map(({ object }) => object);
  if (read.length === 0) return [];
  const detail = `"${account.name}" reads Business Processes that are not its own: ${listed(read.map(({ name }) => name))}.`;
  return [{ ...error('reads-other-business-processes', detail, account), objects: read }];
}

function readerFindings(reader: Reader, solutionId: string, requireExclusive: boolean): readonly Finding[] {
  if (reader.reads.length === 0) return [];
  const { account, name, servers, solution } = reader;
  const object = { type: account.type, name, dbid: account.dbid };
  const what = `"${name}", the account of ${listed(servers)}, reads Business Processes of this solution: ${listed(reader.reads.map((one) => one.name))}.`;
  if (solution !== null && solution !== solutionId) {
    return [{ ...error('read-by-other-solution', what, object), objects: reader.reads, solution }];
  }
  const report = requireExclusive ? error : warning;
  return [{ ...report('shared-reader', what, object), objects: reader.reads }];
}

const rights = (mask: number): string =>
  [
    has(mask, Access.read) ? 'Read' : '',
    has(mask, Access.execute) ? 'Execute' : '',
    (mask & ~Access.readAndExecute) === 0 ? '' : `the rights of mask ${mask & ~Access.readAndExecute}`,
  ]
    .filter((right) => right !== '')
    .join(' and ');

const typeNames: ReadonlyMap<number, string> = new Map([
  [ObjectType.tenant, 'tenant'],
  [ObjectType.application, 'application'],
  [ObjectType.host, 'host'],
  [ObjectType.script, 'Business Process'],
]);
