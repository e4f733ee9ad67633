import type { ProblemCode } from '../../problems.js';
import type { Finding } from '../../saga/action.js';
import type { Json } from '../../saga/json.js';
import type { ObjectId } from '../ports/config-objects.js';
import { ObjectType } from '../ports/object-types.js';

/** An object as a person reads it; `dbid` is null for a name that nothing answers to. */
export interface NamedObject {
  readonly [key: string]: Json;
  readonly type: number;
  readonly name: string;
  readonly dbid: number | null;
}

export const named = (type: number, name: string, dbid: number | null = null): NamedObject => ({
  type,
  name,
  dbid,
});

export const namedApplication = (application: {
  readonly name: string;
  readonly dbid: number;
}): NamedObject => named(ObjectType.application, application.name, application.dbid);

/** The object as the ports name it; 0 is the DBID of nothing. */
export const idOf = ({ type, dbid }: NamedObject): ObjectId => ({ type, dbid: dbid ?? 0 });

export function error(code: ProblemCode, detail: string, object: Json): Finding {
  return { severity: 'error', code, detail, object };
}

export function warning(code: ProblemCode, detail: string, object: Json): Finding {
  return { severity: 'warning', code, detail, object };
}

/** Names in a sentence: the first five and how many more, since a finding on a large tenant may concern hundreds. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).map((name) => `"${name}"`);
  const rest = names.length - shown.length;
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ');
}

/** Names that do one thing together: "A" and "B"; "A", "B" and 7 more. */
export function together(names: readonly string[]): string {
  const last = names.at(-1);
  if (last === undefined || names.length > 5 || names.length === 1) return listed(names);
  return `${listed(names.slice(0, -1))} and "${last}"`;
}
