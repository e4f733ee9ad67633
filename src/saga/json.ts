export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** JSON with members in the order of their UTF-16 code units and no white space, so that equal values are equal strings (RFC 8785's order, for our plain values). */
export function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map((item: Json) => canonical(item)).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value as Record<string, Json>).sort(([a], [b]) =>
      a < b ? -1 : a > b ? 1 : 0,
    );
    return `{${entries.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}

export function sameJson(a: Json, b: Json): boolean {
  return a === b || canonical(a) === canonical(b);
}
