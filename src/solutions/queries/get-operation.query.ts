import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Database } from '../../database/database.js';
import { allow, type Caller } from '../../http/caller.js';
import { isEnded } from '../../saga/position.js';
import { operationView, type OperationView } from '../../saga/view.js';
import { loadOperation } from './load-operation.js';
import { OperationWatch } from './operation-watch.js';

/** One operation with its steps and actions; held back up to `waitMs` until it is done or changes. */
export class GetOperationQuery extends Query<OperationView> {
  constructor(
    readonly id: string,
    readonly caller: Caller,
    readonly waitMs: number,
    readonly signal: AbortSignal,
  ) {
    super();
  }
}

@QueryHandler(GetOperationQuery)
export class GetOperationHandler implements IQueryHandler<GetOperationQuery> {
  constructor(
    private readonly database: Database,
    private readonly watch: OperationWatch,
  ) {}

  async execute({ id, caller, waitMs, signal }: GetOperationQuery): Promise<OperationView> {
    const position = await loadOperation(this.database, id);
    allow(caller, 'viewer', position);
    if (waitMs === 0 || isEnded(position.state)) return operationView(position, { withActions: true });
    await this.watch.changed(position.id, position.version, waitMs, signal);
    return operationView(await loadOperation(this.database, id), { withActions: true });
  }
}
