import type { ActionKind, ActionObject } from './action.js';
import type { Call } from './call.js';
import type { Json } from './json.js';

/** An action with every reference resolved, as an effect works on it. */
export interface ResolvedAction {
  readonly step: string;
  readonly number: number;
  readonly kind: ActionKind;
  readonly object: ActionObject;
  readonly before: Json;
  readonly after: Json;
  readonly input: { readonly [key: string]: Json };
  readonly operationId: string;
  readonly solutionId: string;
  /** The target's name. */
  readonly target: string;
  /** 1 for the first time this effect is sent. */
  readonly attempt: number;
}

/** What an action's part of its object holds now. Compared with the images by canonical JSON. */
export type Seen =
  | {
      readonly image: Json;
      /** The object is between the images (a server that is stopping): wait and read again. */
      readonly underway?: boolean;
      /** Handed to `apply`/`revert` as it is: an ETag with the whole list, for example. Never stored. */
      readonly token?: unknown;
      /** What later actions refer to (the DBID), known when the image shows the object. */
      readonly output?: Json;
      /** When it was asked, epoch ms; the engine's own note. */
      readonly atMs?: number;
    }
  | { readonly cannotTell: string };

/**
 * How old an answer may be when an effect is sent on it, ms. The target has no compare-and-set (facts of the platform: no
 * token, no version), so what somebody else does in between is overwritten where the answer carries no token of its own.
 */
export const freshMs = 1_000;

export const isFresh = (seen: Seen, nowMs: number): boolean =>
  !('image' in seen) || (seen.atMs !== undefined && nowMs - seen.atMs <= freshMs);

export type Effected =
  | { readonly effected: 'done'; readonly output?: Json }
  /** The target took it and goes on by itself; `read` tells when it is there. */
  | { readonly effected: 'accepted' }
  /** Nothing was sent: the driver has no way to do it, a person has to. `detail` says why. */
  | { readonly effected: 'task'; readonly detail: string };

/**
 * How one kind of action is read, done and undone. Found by kind and object type.
 * Each of the three makes at most one effect; failures are thrown as CallError, classified by the adapter.
 */
export abstract class Effect {
  abstract handles(kind: ActionKind, objectType: number): boolean;
  abstract read(call: Call, action: ResolvedAction): Promise<Seen>;
  abstract apply(call: Call, action: ResolvedAction, seen: Seen): Promise<Effected>;
  abstract revert(call: Call, action: ResolvedAction, seen: Seen): Promise<Effected>;
}
