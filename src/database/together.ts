interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Items that arrive while `work` is busy share its next call; one alone never waits. Two calls at a time keep the disk
 * busy while the next batch fills.
 */
export class Together<Item, Result> {
  private queue: Waiting<Item, Result>[] = [];
  private busy = 0;

  /** @param work settles every item for itself, in their order; what it throws, all of them get */
  constructor(
    private readonly work: (items: readonly Item[]) => Promise<readonly PromiseSettledResult<Result>[]>,
    private readonly maxItems = 128,
    private readonly maxBusy = 2,
  ) {}

  add(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.queue.push({ item, resolve, reject });
      this.pump();
    });
  }

  private pump(): void {
    while (this.busy < this.maxBusy && this.queue.length > 0) {
      const batch = this.queue.splice(0, this.maxItems);
      this.busy += 1;
      void this.settle(batch).finally(() => {
        this.busy -= 1;
        this.pump();
      });
    }
  }

  private async settle(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.work(batch.map(({ item }) => item));
      batch.forEach(({ resolve, reject }, index) => {
        const result = results[index];
        if (result?.status === 'fulfilled') resolve(result.value);
        else reject(result?.reason);
      });
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}
