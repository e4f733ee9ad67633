type Schema = Readonly<Record<string, unknown>>;

/** Keywords of draft 7 that say "at least": a larger number takes less. The others in `most` say "at most". */
const least = ['minLength', 'minimum', 'exclusiveMinimum', 'minItems', 'minProperties'] as const;
const most = ['maxLength', 'maximum', 'exclusiveMaximum', 'maxItems', 'maxProperties'] as const;
const same = ['pattern', 'format', 'uniqueItems', 'const'] as const;
/** Patterns that say the same in other words: half surrogate pairs are in no UTF-8, and so in no message. */
const respelt = new Map<unknown, unknown>([['^[^\\p{Cc}\\p{Cs}]*$', '^[^\\x00-\\x1f\\x7f-\\x9f]*$']]);
/** Words without a say, and those that are looked at by name below. */
const known = new Set<string>([
  ...[...least, ...most, ...same],
  ...['$schema', '$ref', 'id', '$id', 'title', 'description', 'definitions', 'default', 'examples'],
  ...['type', 'enum', 'properties', 'required', 'additionalProperties', 'items', 'anyOf', 'allOf'],
]);

/**
 * What `from` takes and `to` might not, as JSON pointers with the reason; empty when everything that is valid by `from`
 * is valid by `to`. It would rather say too much: an equivalent that is written in other words is told as narrower.
 */
export function narrowed(from: Schema, to: Schema): string[] {
  return compare(new Document(from), from, new Document(to), to, '');
}

class Document {
  constructor(private readonly root: Schema) {}

  resolve(schema: Schema): Schema {
    const { $ref, ...beside } = schema;
    if (typeof $ref !== 'string') return schema;
    const name = $ref.replace('#/definitions/', '');
    const target = (this.root['definitions'] as Record<string, Schema> | undefined)?.[name];
    if (target === undefined) throw new Error(`no ${$ref}`);
    return { ...this.resolve(target), ...beside };
  }
}

function compare(older: Document, from: Schema, newer: Document, to: Schema, path: string): string[] {
  const [a, b] = [older.resolve(from), newer.resolve(to)];
  const unknown = [...Object.keys(a), ...Object.keys(b)].filter((word) => !known.has(word));
  if (unknown.length > 0) return [`${path}: ${unknown.join(', ')}: teach narrowed.ts what it means`];
  if ('allOf' in a || 'allOf' in b) {
    // Each part has to be met by some part, as it was written: no two of them are put together.
    return partsOf(b).flatMap((part) =>
      fewest(partsOf(a).map((one) => compare(older, one, newer, part, path))),
    );
  }
  if (Array.isArray(a['anyOf'])) {
    return (a['anyOf'] as Schema[]).flatMap((branch) => compare(older, branch, newer, b, path));
  }
  if (Array.isArray(b['anyOf'])) {
    return fewest((b['anyOf'] as Schema[]).map((branch) => compare(older, a, newer, branch, path)));
  }
  return [
    ...words(a, b).map((fault) => `${path || '/'}: ${fault}`),
    ...members(older, a, newer, b, path),
    ...('items' in b && 'items' in a
      ? compare(older, a['items'] as Schema, newer, b['items'] as Schema, `${path}/*`)
      : []),
  ];
}

const fewest = (tries: string[][]): string[] => tries.toSorted((a, b) => a.length - b.length)[0] ?? [];

function partsOf({ allOf = [], ...rest }: Schema): Schema[] {
  return [rest, ...(allOf as Schema[])];
}

function words(a: Schema, b: Schema): string[] {
  const faults: string[] = [];
  const types = (schema: Schema): unknown[] => [schema['type']].flat().filter((type) => type !== undefined);
  const [had, has] = [types(a), types(b)];
  if (has.length > 0 && (had.length === 0 || had.some((type) => !covers(has, type))))
    faults.push(`was ${had.join(' or ') || 'anything'}, is ${has.join(' or ')}`);
  for (const word of least)
    if (b[word] !== undefined && !(Number(a[word]) >= Number(b[word]))) faults.push(`${word} has risen`);
  for (const word of most)
    if (b[word] !== undefined && !(Number(a[word]) <= Number(b[word]))) faults.push(`${word} has sunk`);
  for (const word of same)
    if (b[word] !== undefined && a[word] !== b[word] && respelt.get(a[word]) !== b[word])
      faults.push(`${word} is another one`);
  const [old, now] = [values(a), values(b)];
  const lost = now === null ? [] : (old ?? ['anything']).filter((value) => !now.includes(value));
  if (lost.length > 0) faults.push(`no longer ${lost.join(', ')}`);
  return faults;
}

const covers = (types: readonly unknown[], type: unknown): boolean =>
  types.includes(type) || (type === 'integer' && types.includes('number'));

/** `const` is an `enum` of one. */
const values = (schema: Schema): unknown[] | null =>
  (schema['enum'] as unknown[] | undefined) ?? ('const' in schema ? [schema['const']] : null);

function members(older: Document, a: Schema, newer: Document, b: Schema, path: string): string[] {
  const [had, has] = [a, b].map((schema) => (schema['properties'] ?? {}) as Record<string, Schema>);
  const [needed, needs] = [a, b].map((schema) => (schema['required'] ?? []) as string[]);
  const closed = b['additionalProperties'] === false;
  const faults = (needs ?? [])
    .filter((name) => !needed?.includes(name))
    .map((name) => `${path}/${name}: is required now`);
  for (const [name, schema] of Object.entries(had ?? {})) {
    const counterpart = has?.[name];
    if (counterpart !== undefined)
      faults.push(...compare(older, schema, newer, counterpart, `${path}/${name}`));
    else if (closed) faults.push(`${path}/${name}: is not known any more`);
  }
  if (closed && a['type'] === 'object' && a['additionalProperties'] !== false)
    faults.push(`${path || '/'}: other members were let pass`);
  return faults;
}
