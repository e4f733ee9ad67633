import type { TargetConfig } from '../../config/target-config.js';
import type { ActionKind } from '../../saga/action.js';
import type { TaskTerms } from '../../saga/task.js';
import { defaultTaskTerms } from '../../saga/task.js';

const channels: Partial<Record<ActionKind, 'security' | 'control'>> = {
  grant: 'security',
  revoke: 'security',
  'set-account': 'security',
  stop: 'control',
  start: 'control',
  'switch-over': 'control',
};

/** Of the channel the work belongs to; a task has actions of one channel, since servers and lists are never in one stage. */
export function taskTerms(config: TargetConfig, kinds: readonly ActionKind[]): TaskTerms {
  const [channel] = kinds.flatMap((kind) => channels[kind] ?? []);
  const settings = channel === undefined ? undefined : config[channel];
  if (settings?.driver !== 'manual') return defaultTaskTerms;
  const { dueMs, remindMs, assignee } = settings;
  return { dueMs, remindMs, assignee };
}
