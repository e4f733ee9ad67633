import type { TargetConfig } from '../config/target-config.js';
import { AppError } from '../errors.js';
import type { Target } from '../solutions/ports/target.js';
import { Targets } from '../solutions/ports/target.js';
import { drivers } from './drivers.js';
import type { TargetHealth } from './health.js';
import { healthOf } from './health.js';
import type { OnCall } from './http/target-http.js';
import { TargetHttp } from './http/target-http.js';
import { rememberingTarget } from './looks/remembering-target.js';

export interface ConfiguredTarget extends Target {
  /** Asks every channel once; never throws. */
  health(): Promise<TargetHealth>;
}

/** The targets of the targets file, each with its drivers behind one limit. */
export class ConfiguredTargets extends Targets {
  private readonly targets = new Map<string, { target: ConfiguredTarget; http: TargetHttp }>();

  constructor(configs: readonly TargetConfig[], onCall?: OnCall) {
    super();
    for (const config of configs) this.targets.set(config.name, connect(config, onCall));
  }

  override get(name: string): ConfiguredTarget {
    const found = this.targets.get(name);
    if (found === undefined) {
      throw new AppError(
        'target-unknown',
        `There is no target "${name}"; configured: ${this.names().join(', ')}.`,
      );
    }
    return found.target;
  }

  override names(): readonly string[] {
    return [...this.targets.keys()];
  }

  /** Waits for the calls in the air, each bounded by its time-out. */
  async close(): Promise<void> {
    await Promise.all([...this.targets.values()].map(({ http }) => http.close()));
  }
}

function connect(
  config: TargetConfig,
  onCall: OnCall | undefined,
): { target: ConfiguredTarget; http: TargetHttp } {
  const http = new TargetHttp({ target: config.name, ...config, onCall });
  const objects = drivers.objects[config.objects.driver](http, config.objects, config);
  const security = drivers.security[config.security.driver](http, config.security, config);
  const control = drivers.control[config.control.driver](http, config.control, config);
  const ports = { objects: objects.port, security: security.port, control: control.port };
  const target = {
    config,
    ...rememberingTarget(config.name, ports),
    health: async () => {
      const [forObjects, forSecurity, forControl] = await Promise.all([
        healthOf(() => objects.probe()),
        healthOf(() => security.probe()),
        healthOf(() => control.probe()),
      ]);
      return { objects: forObjects, security: forSecurity, control: forControl };
    },
  };
  return { target, http };
}
