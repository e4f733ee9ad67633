export type MadeKind = 'accessGroup' | 'person' | 'application';

/** An object that a check made, or asked for. */
export interface Made {
  readonly kind: MadeKind;
  /** Its name; of a Person the user name. */
  readonly name: string;
  /** null while no answer has told it. */
  readonly dbid: number | null;
  /** Whether an answer said that it was made. */
  readonly isCertain: boolean;
}

/** With what all names of such objects begin, so that those of a run that was killed are known by it. */
export const namePrefix = 'conformance-';
/** A name of ours: prefix, run, what it is. */
export const isOurName = (name: string): boolean => /^conformance-[0-9a-f]{12}-/.test(name);

export const describeMade = ({ kind, name, dbid }: Made): string =>
  `${words[kind]} "${name}"${dbid === null ? '' : ` (DBID ${dbid})`}`;

const words: Readonly<Record<MadeKind, string>> = {
  accessGroup: 'access group',
  person: 'Person',
  application: 'application',
};
