import type { TargetConfig } from '../../config/target-config.js';
import type { ActionKind, Finding } from '../../saga/action.js';
import { warning } from './finding.js';

/** The channel of kinds that a person may have to do; all others go through the objects. */
const channels: Partial<Record<ActionKind, 'security' | 'control'>> = {
  grant: 'security',
  revoke: 'security',
  'set-account': 'security',
  stop: 'control',
  start: 'control',
  'switch-over': 'control',
};

export type Drivers = Pick<TargetConfig, 'security' | 'control'>;

/** How actions of this kind are handed to a person on this target; null: they are not. */
export function byHandOf(config: Drivers, kind: ActionKind) {
  const channel = channels[kind];
  const settings = channel === undefined ? undefined : config[channel];
  return settings?.driver === 'manual' ? settings : null;
}

/** Said before anything begins: somebody has to be there. */
export function workByHandFindings({ config }: { readonly config: Drivers }): readonly Finding[] {
  const security = config.security.driver === 'manual';
  const control = config.control.driver === 'manual';
  if (!security && !control) return [];
  const what = [
    ...(security ? ['permissions and accounts are set'] : []),
    ...(control ? ['servers are stopped, started and switched over'] : []),
  ].join(', and ');
  const detail = `On this target ${what} by a person, whom the operation waits for${security ? '; nobody else can see rights, so its isolation stays unverified' : ''}.`;
  return [warning('work-by-hand', detail, null)];
}
