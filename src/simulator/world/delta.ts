import type { ClassSpec } from './classes/class-spec.js';
import type { ConfigObject, Item, KeyValues, Scalars } from './records.js';

/** The parts of a CfgDelta structure; in a deletion the values of keys do not matter, an empty section goes as a whole. */
export interface Delta {
  readonly scalars: Scalars;
  readonly nested: Readonly<Record<string, Scalars>>;
  readonly keyValues: Readonly<Record<string, { set: KeyValues; deleted: KeyValues }>>;
  readonly lists: Readonly<
    Record<string, { added: readonly Item[]; changed: readonly Item[]; deleted: readonly Item[] }>
  >;
  readonly passwordHash?: string;
}

export function mergeNested(old: ConfigObject['nested'], delta: Delta['nested']): ConfigObject['nested'] {
  const merged = { ...old };
  for (const [name, scalars] of Object.entries(delta)) merged[name] = { ...merged[name], ...scalars };
  return merged;
}

export function mergeKeyValues(
  old: ConfigObject['keyValues'],
  delta: Delta['keyValues'],
): ConfigObject['keyValues'] {
  const merged: Record<string, KeyValues> = { ...old };
  for (const [name, { set, deleted }] of Object.entries(delta)) {
    // A map, and an object of its entries: a section may be called __proto__.
    const lists = new Map<string, Scalars>(Object.entries(merged[name] ?? {}));
    for (const [section, keys] of Object.entries(deleted)) {
      const gone = Object.keys(keys);
      const kept = Object.entries(lists.get(section) ?? {}).filter(
        ([key]) => gone.length > 0 && !gone.includes(key),
      );
      if (kept.length === 0) lists.delete(section);
      else lists.set(section, Object.fromEntries(kept));
    }
    for (const [section, keys] of Object.entries(set))
      lists.set(
        section,
        Object.fromEntries([...Object.entries(lists.get(section) ?? {}), ...Object.entries(keys)]),
      );
    merged[name] = Object.fromEntries(lists);
  }
  return merged;
}

export function mergeLists(spec: ClassSpec, old: ConfigObject, delta: Delta['lists']): ConfigObject['lists'] {
  const merged: Record<string, readonly Item[]> = { ...old.lists };
  for (const { name, key } of spec.lists) {
    const parts = delta[name];
    if (!parts) continue;
    const idOf = (item: Item): string => (typeof item === 'string' ? item : (item[key ?? 'DBID'] ?? ''));
    const gone = new Set(parts.deleted.map(idOf));
    const changes = new Map(parts.changed.map((item) => [idOf(item), item]));
    const kept = (old.lists[name] ?? [])
      .filter((item) => !gone.has(idOf(item)))
      .map((item) => changes.get(idOf(item)) ?? item);
    const there = new Set(kept.map(idOf));
    merged[name] = [...kept, ...parts.added.filter((item) => !there.has(idOf(item)))];
  }
  return merged;
}
