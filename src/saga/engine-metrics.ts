import type { Registry } from 'prom-client';
import { Counter, Gauge } from 'prom-client';
import type { Decision } from './decide.js';
import type { Runner } from './runner.js';

/** What an operator watches of the engine. */
export class EngineMetrics {
  readonly commitFailures: Counter;
  private readonly events: Counter<'type'>;

  constructor(private readonly registry: Registry) {
    this.events = new Counter({
      name: 'saga_events_total',
      help: 'Events of operations and steps by type; operation.service-down minus operation.service-restored is what is down now.',
      labelNames: ['type'],
      registers: [registry],
    });
    this.commitFailures = new Counter({
      name: 'saga_commit_failures_total',
      help: 'Commits of transitions that failed and were tried again.',
      registers: [registry],
    });
  }

  count(decision: Decision): void {
    for (const event of decision.events) this.events.inc({ type: event.type });
  }

  watch(runner: Runner): void {
    new Gauge({
      name: 'saga_operations_in_hand',
      help: 'Operations that this process owns at the moment.',
      registers: [this.registry],
      collect() {
        this.set(runner.inHand);
      },
    });
  }
}
