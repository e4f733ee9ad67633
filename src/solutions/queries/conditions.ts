import type { Caller } from '../../http/caller.js';

/** Conditions of a WHERE with their parameters, put together as they are needed. */
export class Conditions {
  readonly values: unknown[] = [];
  private readonly parts: string[] = [];

  /** @param condition with `?` where the value goes; left out when there is no value */
  add(condition: string, value: unknown): void {
    if (value === undefined || value === null) return;
    this.parts.push(condition.replaceAll('?', this.place(value)));
  }

  /** One without a value. */
  addPlain(condition: string): void {
    this.parts.push(condition);
  }

  /** What the caller may see: rows with columns `target` and `tenant` of this alias. */
  addScopes(alias: string, { scopes }: Pick<Caller, 'scopes'>): void {
    if (scopes.some(({ target, tenant }) => target === '*' && tenant === '*')) return;
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

  get where(): string {
    return this.parts.length === 0 ? '' : `WHERE ${this.parts.join(' AND ')}`;
  }
}
