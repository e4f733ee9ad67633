import { Counter, Gauge, type Registry } from 'prom-client';
import type { Pauses } from '../solutions/pauses/pauses.js';
import type { CallEntry } from './http/target-http.js';
import type { ConfiguredTargets } from './targets.js';

const positions = { closed: 0, 'half-open': 1, open: 2 } as const;

/** What an operator watches of the targets, as this process finds them. */
export class TargetMetrics {
  private readonly calls: Counter<'target' | 'channel' | 'outcome'>;
  private readonly opened: Counter<'target' | 'channel'>;

  constructor(private readonly registry: Registry) {
    this.calls = new Counter({
      name: 'target_calls_total',
      help: 'Calls to targets by what became of them: an HTTP status, or the class of the failure where there was no answer.',
      labelNames: ['target', 'channel', 'outcome'],
      registers: [registry],
    });
    this.opened = new Counter({
      name: 'target_breaker_opened_total',
      help: 'How often a channel of a target was found down.',
      labelNames: ['target', 'channel'],
      registers: [registry],
    });
  }

  count({ target, channel, status, failure }: CallEntry): void {
    this.calls.inc({ target, channel, outcome: status === null ? (failure ?? 'unknown') : String(status) });
  }

  watch(targets: ConfiguredTargets, pauses: Pauses): void {
    const open = new Set<string>();
    targets.onBreaker((target, channel, { state }) => {
      const key = `${target}/${channel}`;
      if (state === 'closed') open.delete(key);
      if (state !== 'open' || open.has(key)) return;
      open.add(key);
      this.opened.inc({ target, channel });
    });
    new Gauge({
      name: 'target_breaker_state',
      help: 'Circuit breaker of a channel: 0 closed, 1 half-open, 2 open.',
      labelNames: ['target', 'channel'],
      registers: [this.registry],
      collect() {
        for (const target of targets.names()) {
          for (const [channel, { state }] of Object.entries(targets.get(target).breakers()))
            this.set({ target, channel }, positions[state]);
        }
      },
    });
    new Gauge({
      name: 'target_paused',
      help: '1 while somebody has paused the target.',
      labelNames: ['target'],
      registers: [this.registry],
      collect() {
        for (const target of targets.names()) this.set({ target }, pauses.of(target) === null ? 0 : 1);
      },
    });
  }
}
