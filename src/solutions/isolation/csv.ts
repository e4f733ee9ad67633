/** Texts that a spreadsheet takes for a formula, blanks in front or not; full-width signs count in some of them. */
const formula = /^[\s\u00a0\ufeff]*[=+\-@|%\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/;

/**
 * One cell (RFC 4180). Every cell is in quotes, and what a spreadsheet would run as a formula has an apostrophe in front:
 * the names come from whoever may create an object on the target.
 */
export const cell = (value: string | number | boolean | null): string => {
  if (typeof value !== 'string') return value === null ? '""' : `"${String(value)}"`;
  const text = formula.test(value) ? `'${value}` : value;
  return `"${text.replaceAll('"', '""')}"`;
};

export const csv = (
  header: readonly string[],
  rows: readonly (readonly (string | number | boolean | null)[])[],
): string => [header, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
