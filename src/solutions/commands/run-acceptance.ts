import { Injectable } from '@nestjs/common';
import { Database, type Queryable } from '../../database/database.js';
import { Wake } from '../../database/wake.js';
import { operationView, type OperationView } from '../../saga/view.js';
import { loadOperation } from '../queries/load-operation.js';
import type { Acceptance } from './accept-onboarding.js';
import { retryingDeadlock } from '../../database/retry-deadlock.js';

/** Accepts in a transaction of its own, wakes whoever carries it out, and answers the operation. */
@Injectable()
export class RunAcceptance {
  constructor(
    private readonly database: Database,
    private readonly wake: Wake,
  ) {}

  /** @throws AppError */
  async run(accept: (tx: Queryable) => Promise<Acceptance>): Promise<OperationView> {
    const { operationId, position } = await retryingDeadlock(() => this.database.transaction(accept));
    if (position === undefined) {
      return operationView(await loadOperation(this.database, operationId), { withActions: true });
    }
    this.wake.notify('operation');
    this.wake.notify('event');
    return operationView(position, { withActions: true });
  }
}
