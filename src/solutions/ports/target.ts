import type { TargetConfig } from '../../config/target-config.js';
import type { ApplicationControl } from './application-control.js';
import type { ConfigObjects } from './config-objects.js';
import type { ConfigSecurity } from './config-security.js';

/** A Genesys environment we can reach. */
export interface Target {
  readonly config: TargetConfig;
  readonly objects: ConfigObjects;
  readonly security: ConfigSecurity;
  readonly control: ApplicationControl;
}

export abstract class Targets {
  /** @throws AppError `target-unknown` */
  abstract get(name: string): Target;
  abstract names(): readonly string[];
}
