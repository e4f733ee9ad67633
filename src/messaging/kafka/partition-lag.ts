/** What of a partition this member has still to take, as of its last batch. */
export class PartitionLag {
  private readonly behind = new Map<number, number>();

  /** @param records not taken yet, those in hand included */
  set(partition: number, records: number): void {
    this.behind.set(partition, Math.max(0, records));
  }

  /** Partitions are dealt out anew. */
  clear(): void {
    this.behind.clear();
  }

  total(): number {
    return [...this.behind.values()].reduce((sum, records) => sum + records, 0);
  }
}
