const mark = /^\/\* prepared: ([\w-]+) \*\//;

/**
 * A statement that is run so often that each session plans it once and keeps the plan: planning was 0.7 of 3.6 s of what
 * PostgreSQL did for the engine. The plan is made without looking at sizes (`sessionSettings`), so that it is as good on full tables.
 */
export const prepared = (name: string, text: string): string => `/* prepared: ${name} */${text}`;

/** As the driver wants it: with a name when the statement is to be prepared. */
export function asQuery(text: string, values: unknown[] | undefined) {
  const name = mark.exec(text)?.[1];
  return { text, ...(values === undefined ? {} : { values }), ...(name === undefined ? {} : { name }) };
}
