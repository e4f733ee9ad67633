import type { Finding } from '../../saga/action.js';
import type { ObjectId } from '../ports/config-objects.js';
import type { NamedObject } from './finding.js';
import { error, listed, together, warning } from './finding.js';
import { cannotTell } from './rights.js';

/** An account of Interaction Servers, and which of the Business Processes that were asked about it reads. */
export interface Reader {
  readonly account: ObjectId;
  readonly name: string;
  /** Names of the servers that run as it. */
  readonly servers: readonly string[];
  readonly reads: readonly NamedObject[] | typeof cannotTell;
  /** The solution whose mark the account carries; null where it carries none. */
  readonly solution: string | null;
}

/** What it means to one solution that these accounts read its Business Processes. */
export function readerFindings(
  readers: readonly Reader[],
  solutionId: string,
  requireExclusive: boolean,
): readonly Finding[] {
  return [
    ...readers.flatMap((reader) => {
      if (reader.reads === cannotTell || reader.reads.length === 0) return [];
      if (reader.solution !== null && reader.solution !== solutionId)
        return [readByOther(reader, reader.reads)];
      return [sharedReaderFinding(reader, reader.reads, 'this solution', requireExclusive)];
    }),
    ...unseenReaderFindings(readers),
  ];
}

const objectOf = ({ account, name }: Reader): NamedObject => ({
  type: account.type,
  name,
  dbid: account.dbid,
});

const names = (objects: readonly NamedObject[]): string => listed(objects.map(({ name }) => name));

const sentence = ({ name, servers }: Reader, reads: readonly NamedObject[], whose: string): string =>
  `"${name}", the account of ${listed(servers)}, reads Business Processes of ${whose}: ${names(reads)}.`;

function readByOther(reader: Reader, reads: readonly NamedObject[]): Finding {
  const detail = sentence(reader, reads, 'this solution');
  return {
    ...error('read-by-other-solution', detail, objectOf(reader)),
    objects: reads,
    solution: reader.solution,
  };
}

/** @param whose the solution or solutions, in words */
export function sharedReaderFinding(
  reader: Reader,
  reads: readonly NamedObject[],
  whose: string,
  requireExclusive: boolean,
): Finding {
  const report = requireExclusive ? error : warning;
  return { ...report('shared-reader', sentence(reader, reads, whose), objectOf(reader)), objects: reads };
}

/** The account of a solution reads what belongs to another one, or to nobody. */
export function excessFinding(account: NamedObject, read: readonly NamedObject[]): Finding {
  const detail = `"${account.name}" reads Business Processes that are not its own: ${names(read)}.`;
  return { ...error('reads-other-business-processes', detail, account), objects: read };
}

export const unseenReaderFindings = (readers: readonly Reader[]): readonly Finding[] =>
  readers
    .filter(({ reads }) => reads === cannotTell)
    .map((reader) =>
      warning(
        'rights-unseen',
        `What "${reader.name}", the account of ${listed(reader.servers)}, reads cannot be read on this target.`,
        objectOf(reader),
      ),
    );

export const unseenAccountFindings = (servers: readonly string[]): readonly Finding[] =>
  servers.length === 0
    ? []
    : [
        warning(
          'account-unseen',
          `As which account ${together(servers)} ${servers.length === 1 ? 'runs' : 'run'} cannot be read on this target.`,
          null,
        ),
      ];
