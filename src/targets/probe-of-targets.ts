import { Injectable } from '@nestjs/common';
import { TargetProbe, type TargetBreakers } from '../solutions/target-probe.js';
import type { TargetHealth } from './health.js';
import { ConfiguredTargets } from './targets.js';

/** Asks a target's drivers whether they can be used. */
@Injectable()
export class ProbeOfTargets extends TargetProbe {
  constructor(private readonly targets: ConfiguredTargets) {
    super();
  }

  override probe(target: string): Promise<TargetHealth> {
    return this.targets.get(target).health();
  }

  override breakers(target: string): TargetBreakers {
    return this.targets.get(target).breakers();
  }
}
