import type { Draft } from './draft.js';
import type { ConfigObject } from './records.js';

export function putUpdate(draft: Draft, old: ConfigObject, updated: ConfigObject, actor?: string): void {
  const [before, after] = [shown(old), shown(updated)];
  const changed = Object.keys({ ...before, ...after }).filter(
    (k) => JSON.stringify(before[k]) !== JSON.stringify(after[k]),
  );
  if (changed.length === 0) return;
  draft.putObject(updated);
  const part = (of: Record<string, unknown>): object =>
    Object.fromEntries(changed.map((k) => [k, of[k] ?? null]));
  draft.log('update', updated, part(before), part(after), actor);
}

/** An object as the log and the snapshot show it: nothing that the class does not have, nothing secret. */
export function shown(o: ConfigObject): Record<string, unknown> {
  return { ...o.scalars, ...o.nested, ...o.lists, ...o.keyValues };
}
