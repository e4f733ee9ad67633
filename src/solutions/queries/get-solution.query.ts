import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Database } from '../../database/database.js';
import { allow, type Caller } from '../../http/caller.js';
import { solutionView, type SolutionView } from '../solution-view.js';
import { loadSolution } from './load-solution.js';

/** One solution: what is desired of it and what was last observed. */
export class GetSolutionQuery extends Query<SolutionView> {
  constructor(
    readonly id: string,
    readonly caller: Caller,
  ) {
    super();
  }
}

@QueryHandler(GetSolutionQuery)
export class GetSolutionHandler implements IQueryHandler<GetSolutionQuery> {
  constructor(private readonly database: Database) {}

  async execute({ id, caller }: GetSolutionQuery): Promise<SolutionView> {
    const row = await loadSolution(this.database, id);
    allow(caller, 'viewer', row);
    return solutionView(row);
  }
}
