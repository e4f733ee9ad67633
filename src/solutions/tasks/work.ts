import { beforeOf } from '../../saga/before-image.js';
import type { ActionKind } from '../../saga/action.js';
import type { Json } from '../../saga/json.js';
import { outputsOf } from '../../saga/outputs.js';
import type { ActionRecord, Direction, Position } from '../../saga/position.js';
import { resolve } from '../../saga/reference.js';
import { ObjectType } from '../ports/object-types.js';

/** An object as a person looks for it. */
export interface Named {
  readonly type: number;
  readonly name: string;
  readonly dbid: number | null;
}

/** One action as a person has to do it: every reference resolved, the direction taken into account. */
export interface Work {
  readonly kind: ActionKind;
  readonly direction: Direction;
  readonly object: Named;
  /** Whom it concerns: the account of an entry or a binding, the partner of a switch-over. */
  readonly whom: Named | null;
  /** What has to be there afterwards. */
  readonly wanted: Json;
  /** What should be there now; undefined: nobody knows. */
  readonly expected: Json | undefined;
  readonly tenant: string;
  /** Name of the server that has to serve as primary while this one is stopped. */
  readonly serving: string | null;
  readonly stopMode: 'graceful' | 'forced' | 'graceful-then-forced';
}

export function workOf(position: Position, action: ActionRecord, direction: Direction): Work {
  const outputs = outputsOf(position);
  const object = resolve(action.spec.object, outputs) as { readonly [key: string]: Json };
  const before = beforeOf(action, outputs)?.image;
  const after = resolve(action.spec.after, outputs);
  return {
    kind: action.spec.kind,
    direction,
    object: namedBy(object) ?? { type: 0, name: action.spec.object.name, dbid: null },
    whom: namedBy(object['for']),
    wanted: direction === 'forward' ? after : (before ?? null),
    expected: direction === 'forward' ? before : after,
    tenant: position.tenant,
    serving: typeof action.spec.input?.['serving'] === 'string' ? action.spec.input['serving'] : null,
    stopMode: (action.spec.input?.['stopMode'] ?? 'graceful-then-forced') as Work['stopMode'],
  };
}

function namedBy(object: Json | undefined): Named | null {
  if (object === undefined || object === null || typeof object !== 'object') return null;
  const { type, name, dbid } = object as { readonly [key: string]: Json };
  if (typeof type !== 'number' || typeof name !== 'string') return null;
  return { type, name, dbid: typeof dbid === 'number' ? dbid : null };
}

const typeNames: ReadonlyMap<number, string> = new Map([
  [ObjectType.person, 'the user'],
  [ObjectType.accessGroup, 'the access group'],
  [ObjectType.script, 'the Business Process'],
  [ObjectType.application, 'the application'],
]);

/** "the application \"IxnServer_Retail\" (DBID 150)": names are quoted as they are, whatever is in them. */
export function called({ type, name, dbid }: Named): string {
  const number = dbid === null ? '' : ` (DBID ${dbid})`;
  return `${typeNames.get(type) ?? `the object of type ${type}`} ${JSON.stringify(name)}${number}`;
}
