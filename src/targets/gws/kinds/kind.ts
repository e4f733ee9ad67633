import type { Filters, ObjectKind, Objects } from '../../../solutions/ports/config-objects.js';
import type { Wire } from '../wire.js';

/** One condition: how it is sent, and how an item that came back is held against it. */
export interface Term<T> {
  /** Filter key of the Configuration Layer. */
  readonly key: string;
  /** Sent bare when a number, in quotes when a string. */
  readonly value: number | string;
  /** undefined when the object does not show it, so that only the platform can tell. */
  readonly holds?: (object: T) => boolean;
}

/** How one kind of object is found and read. */
export interface Kind<K extends ObjectKind> {
  /** Collection in the address; also the member of a list's answer. */
  readonly collection: string;
  /** Member of a single object's answer and of a request body. */
  readonly singular: string;
  /** @throws MalformedAnswer */
  readonly decode: (item: Wire) => Objects[K];
  readonly terms: (filter: Filters[K]) => readonly Term<Objects[K]>[];
}

/** A condition on an attribute that the object shows; none when the filter does not ask. */
export function shown<T, V extends number | string>(
  key: string,
  value: V | undefined,
  holds: (object: T, value: V) => boolean,
): readonly Term<T>[] {
  return value === undefined ? [] : [{ key, value, holds: (object) => holds(object, value) }];
}

/** A condition that only the platform can check. */
export function hidden<T>(key: string, value: number | undefined): readonly Term<T>[] {
  return value === undefined ? [] : [{ key, value }];
}
