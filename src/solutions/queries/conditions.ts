import type { Scope } from './within.js';

/** Conditions of a WHERE with their parameters, put together as they are needed. */
export class Conditions {
  private readonly parts: string[] = [];

  /** @param values of the whole statement */
  constructor(readonly values: unknown[] = []) {}

  /** Further conditions of the same statement. */
  beside(): Conditions {
    return new Conditions(this.values);
  }

  /** @param condition with `?` where the value goes; left out when there is no value */
  add(condition: string, value: unknown): void {
    if (value === undefined || value === null) return;
    this.parts.push(condition.replaceAll('?', this.place(value)));
  }

  /**
   * With one word of a closed list, which is written into the statement: it is planned without its parameters, so only what
   * stands there proves that a partial index has the rows.
   */
  addWord(condition: string, word: string): void {
    if (!/^[a-z-]+$/.test(word)) throw new TypeError(`no word of a closed list: ${JSON.stringify(word)}`);
    this.parts.push(condition.replaceAll('?', `'${word}'`));
  }

  /**
   * One of a value that an index begins with, whatever statistics say: where they know of one value only, they take every row
   * for a hit, and any index is as good. A range counts for 0.5 % of the rows with the planner.
   */
  addSelective(column: string, value: unknown): void {
    this.add(`${column} = ? AND ${column} BETWEEN ? AND ?`, value);
  }

  /**
   * With the word that most rows have. Unless there are statistics, an equality counts for 0.5 % of the rows with the planner,
   * and to have so few in order it would read all of them first; this counts for half.
   */
  addFrequent(column: string, word: string): void {
    this.addWord(`coalesce(${column} = ?, false)`, word);
  }

  /** One without a value. */
  addPlain(condition: string): void {
    this.parts.push(condition);
  }

  /** Rows with columns `target` and `tenant` of this alias that lie in one of the scopes. */
  addScopes(alias: string, scopes: readonly Scope[]): void {
    this.add(
      `EXISTS (SELECT FROM jsonb_to_recordset(?::jsonb) AS scope (target text, tenant text)
        WHERE scope.target IN ('*', ${alias}.target) AND scope.tenant IN ('*', ${alias}.tenant))`,
      JSON.stringify(scopes),
    );
  }

  /** @returns where the value stands in the statement */
  place(value: unknown): string {
    return `$${this.values.push(value)}`;
  }

  get isEmpty(): boolean {
    return this.parts.length === 0;
  }

  /** All of them, to be followed by others. */
  get and(): string {
    return this.parts.map((part) => `${part} AND `).join('');
  }

  get where(): string {
    return this.isEmpty ? '' : `WHERE ${this.parts.join(' AND ')}`;
  }
}
