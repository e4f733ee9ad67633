import type { Drive } from './drive.js';
import type { Position } from './position.js';

/** The operations that this worker drives at the moment, with a limit for each target. */
export class Hand {
  private readonly held = new Map<string, { readonly drive: Drive; readonly target: string }>();
  private readonly perTarget = new Map<string, number>();

  constructor(private readonly capacity: number) {}

  get size(): number {
    return this.held.size;
  }

  /** How many more of this target may be taken. @param share of the hand, up to 1 */
  roomFor(target: string, share = 1): number {
    const capacity = Math.max(1, Math.floor(this.capacity * share));
    return Math.max(0, capacity - (this.perTarget.get(target) ?? 0));
  }

  ids(): string[] {
    return [...this.held.keys()];
  }

  drives(): Drive[] {
    return [...this.held.values()].map(({ drive }) => drive);
  }

  get(id: string): Drive | undefined {
    return this.held.get(id)?.drive;
  }

  add({ id, target }: Pick<Position, 'id' | 'target'>, drive: Drive): void {
    // One that was lost and claimed again while the former drive is on its way out: the new one counts.
    if (this.held.has(id)) this.forget(id);
    this.held.set(id, { drive, target });
    this.perTarget.set(target, (this.perTarget.get(target) ?? 0) + 1);
  }

  /** @returns whether its target had no room before, so that nothing of it was looked for; null: another drive has it */
  remove(id: string, drive: Drive): boolean | null {
    const held = this.held.get(id);
    if (held?.drive !== drive) return null;
    const wasFull = this.roomFor(held.target) === 0;
    this.forget(id);
    return wasFull;
  }

  private forget(id: string): void {
    const { target } = this.held.get(id) ?? { target: '' };
    this.held.delete(id);
    this.perTarget.set(target, (this.perTarget.get(target) ?? 1) - 1);
  }
}
