import type { TargetConfig } from '../../config/target-config.js';
import type { ActionKind } from '../../saga/action.js';
import type { TaskTerms } from '../../saga/task.js';
import { defaultTaskTerms } from '../../saga/task.js';
import { byHandOf } from '../rules/work-by-hand.js';

/** Of the channel the work belongs to; a task has actions of one channel, since servers and lists are never in one stage. */
export function taskTerms(config: TargetConfig, kinds: readonly ActionKind[]): TaskTerms {
  const [settings] = kinds.flatMap((kind) => byHandOf(config, kind) ?? []);
  if (settings === undefined) return defaultTaskTerms;
  const { dueMs, remindMs, assignee } = settings;
  return { dueMs, remindMs, assignee };
}
