import { Injectable } from '@nestjs/common';
import { Config } from '../config/config.js';
import type { Halt } from '../saga/halts.js';
import { Halts } from '../saga/halts.js';
import type { Json } from '../saga/json.js';
import type { Pause } from '../solutions/pauses/pause.js';
import { Pauses } from '../solutions/pauses/pauses.js';
import { WorkersSeen } from '../solutions/pauses/workers-seen.js';
import type { TargetBreakers } from '../solutions/target-probe.js';
import { ConfiguredTargets } from './targets.js';

/** What the engine leaves alone at the moment: what a person has paused, and targets that this process has found down. */
@Injectable()
export class HaltsOfTargets extends Halts {
  constructor(
    private readonly pauses: Pauses,
    private readonly targets: ConfiguredTargets,
    private readonly workers: WorkersSeen,
    private readonly config: Config,
  ) {
    super();
  }

  override of(target: string): Halt | null {
    const pause = this.pauses.of(target);
    if (pause !== null) return { detail: `target "${target}" is ${said(pause)}`, untilMs: null };
    return this.targets.names().includes(target) ? haltBy(target, this.targets.get(target).breakers()) : null;
  }

  override ofService(): Halt | null {
    // Without a look into the database nobody may begin anything: what is paused might be this.
    if (!this.pauses.known) return { detail: 'what is paused has not been read yet', untilMs: null };
    const pause = this.pauses.ofEverything();
    return pause === null ? null : { detail: `the service is ${said(pause)}`, untilMs: null };
  }

  override elsewhere(target: string): Halt | null {
    if (!this.targets.names().includes(target)) return null;
    return haltBy(target, this.workers.breakersOf(target, this.targets.get(target).breakers()));
  }

  override found(): { readonly [target: string]: Json } {
    const breakers = this.targets.names().map((name) => [name, this.targets.get(name).breakers()] as const);
    const down = breakers.filter(([name, found]) => haltBy(name, found) !== null);
    return Object.fromEntries(down) as unknown as { readonly [target: string]: Json };
  }

  override share(nowMs: number): number {
    const { resumedAtMs } = this.pauses;
    const { resumeRampMs } = this.config;
    if (resumedAtMs === null || resumeRampMs === 0) return 1;
    return Math.min(1, Math.max(0, (nowMs - resumedAtMs) / resumeRampMs));
  }

  override onChange(listener: () => void): () => void {
    const off = [this.pauses.onChange(listener), this.targets.onBreaker(listener)];
    return () => {
      for (const one of off) one();
    };
  }
}

/** No saga gets far with two of the three channels, so one that is down is waited for. */
function haltBy(target: string, breakers: TargetBreakers): Halt | null {
  for (const channel of ['objects', 'security', 'control'] as const) {
    const { state, detail, probeAtMs } = breakers[channel];
    if (state !== 'closed')
      return { detail: `target "${target}" is down (${channel}): ${detail ?? ''}`, untilMs: probeAtMs };
  }
  return null;
}

const said = ({ actor, reason }: Pause): string => `paused by ${actor}: ${reason}`;
