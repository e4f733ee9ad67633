import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Database } from '../../database/database.js';
import { allow, type Caller } from '../../http/caller.js';
import { Halts } from '../../saga/halts.js';
import { isEnded, type Position } from '../../saga/position.js';
import { operationView, type OperationView } from '../../saga/view.js';
import { loadOperation } from './load-operation.js';
import { OperationWatch } from './operation-watch.js';
import { sayingHalt } from './waits-for-target.js';

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
    private readonly halts: Halts,
  ) {}

  async execute({ id, caller, waitMs, signal }: GetOperationQuery): Promise<OperationView> {
    const position = await loadOperation(this.database, id);
    allow(caller, 'viewer', position);
    if (waitMs === 0 || isEnded(position.state)) return this.view(position);
    await this.watch.changed(position.id, position.version, waitMs, signal);
    return this.view(await loadOperation(this.database, id));
  }

  private view(position: Position): OperationView {
    return operationView(sayingHalt(position, this.halts), { withActions: true });
  }
}
