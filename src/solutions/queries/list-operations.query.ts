import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import * as z from 'zod';
import { Database } from '../../database/database.js';
import type { Caller } from '../../http/caller.js';
import { Halts } from '../../saga/halts.js';
import { operationView, type OperationView } from '../../saga/view.js';
import { text, uuid } from '../request-text.js';
import { operationState } from '../verb-request.js';
import { loadOperationsAt } from './load-operation.js';
import { decodeCursor, pageOf, pageParameters, type Page } from './page.js';
import { sayingHalt } from './waits-for-target.js';
import { listOperationIds } from './sql/list-operations.sql.js';

export const operationListParameters = z.strictObject({
  solution: uuid.optional().describe('Id of a solution.'),
  state: operationState.optional(),
  kind: z.enum(['onboarding', 'change', 'offboarding']).optional(),
  target: text(255).optional(),
  tenant: text(255).optional(),
  externalReference: text(255).optional().describe('Name of an external reference: a ticket number.'),
  ...pageParameters,
});

export type OperationSummary = Omit<OperationView, 'steps'> & {
  readonly steps: readonly Omit<OperationView['steps'][number], 'actions'>[];
};

/** Operations, newest first, without their actions. */
export class ListOperationsQuery extends Query<Page<OperationSummary>> {
  constructor(
    readonly parameters: z.output<typeof operationListParameters>,
    readonly caller: Caller,
  ) {
    super();
  }
}

@QueryHandler(ListOperationsQuery)
export class ListOperationsHandler implements IQueryHandler<ListOperationsQuery> {
  constructor(
    private readonly database: Database,
    private readonly halts: Halts,
  ) {}

  async execute({ parameters, caller }: ListOperationsQuery): Promise<Page<OperationSummary>> {
    const { limit, cursor, ...filter } = parameters;
    const ids = await listOperationIds(this.database, filter, {
      before: decodeCursor('operations', cursor),
      limit,
      caller,
    });
    const { items, next } = pageOf('operations', ids, limit);
    const positions = await loadOperationsAt(
      this.database,
      items.map(({ id }) => id),
    );
    const said = positions.map((position) => sayingHalt(position, this.halts));
    return { items: said.map((position) => operationView(position, { withActions: false })), next };
  }
}
