import type { ScriptedTarget } from './scripted-target.js';
import type { Weather } from './weather.js';

interface Scheduled {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

const beganAtMs = 1_000_000;

/** What everybody in one simulated run shares: the fake clock, chance, the weather, the target, and what is found wrong. */
export class World {
  readonly history: string[] = [];
  readonly problems: string[] = [];
  nowMs = beganAtMs;
  private queue: Scheduled[] = [];
  private order = 0;

  constructor(
    readonly random: () => number,
    public weather: Weather,
    readonly target: ScriptedTarget,
  ) {}

  get quiet(): boolean {
    return this.queue.length === 0;
  }

  after(delayMs: number, run: () => void): void {
    this.queue.push({ atMs: this.nowMs + Math.ceil(delayMs), order: (this.order += 1), run });
  }

  /** The next thing happens. @returns false: there is none */
  next(): boolean {
    let best: Scheduled | null = null;
    for (const item of this.queue) {
      if (best === null || item.atMs < best.atMs || (item.atMs === best.atMs && item.order < best.order))
        best = item;
    }
    if (best === null) return false;
    this.queue = this.queue.filter((item) => item !== best);
    this.nowMs = Math.max(this.nowMs, best.atMs);
    best.run();
    return true;
  }

  chance(probability: number): boolean {
    return this.random() < probability;
  }

  oneOf<T>(all: readonly T[]): T | undefined {
    return all[Math.floor(this.random() * all.length)];
  }

  note(line: string): void {
    this.history.push(`${this.nowMs - beganAtMs} ${line}`);
  }

  problem(line: string): void {
    this.problems.push(line);
  }
}
