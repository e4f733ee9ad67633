/** What happened, counted by name, and what must not have happened. */
export class Tally {
  private readonly counts = new Map<string, number>();
  readonly violations: string[] = [];

  count(name: string, by = 1): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + by);
  }

  of(name: string): number {
    return this.counts.get(name) ?? 0;
  }

  /** Those whose name begins so, without the beginning; the most frequent first. */
  under(prefix: string): [string, number][] {
    return [...this.counts]
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, n]): [string, number] => [name.slice(prefix.length), n])
      .sort(([, a], [, b]) => b - a);
  }

  violated(what: string): void {
    this.violations.push(what);
    console.error(`VIOLATION ${what}`);
  }
}
