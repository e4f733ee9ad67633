/** How long every call of the platform takes at least, and how many of each kind there were. */
export class Traffic {
  private readonly calls = new Map<string, number>();

  constructor(public latencyMs: number) {}

  count(method: string, route: string): void {
    const key = `${method} ${route}`;
    this.calls.set(key, (this.calls.get(key) ?? 0) + 1);
  }

  counts(): { total: number; byRoute: Record<string, number> } {
    const byRoute = Object.fromEntries([...this.calls].sort(([a], [b]) => (a < b ? -1 : 1)));
    return { total: Object.values(byRoute).reduce((sum, n) => sum + n, 0), byRoute };
  }

  reset(): void {
    this.calls.clear();
  }
}
