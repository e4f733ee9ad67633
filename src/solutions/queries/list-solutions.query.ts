import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import * as z from 'zod';
import { Database } from '../../database/database.js';
import type { Caller } from '../../http/caller.js';
import { text } from '../request-text.js';
import { solutionView, type SolutionView } from '../solution-view.js';
import { decodeCursor, pageOf, pageParameters, type Page } from './page.js';
import { listSolutions } from './sql/read-solutions.sql.js';

export const solutionState = z.enum([
  'onboarding',
  'active',
  'changing',
  'offboarding',
  'offboarded',
  'failed',
]);

export const solutionListParameters = z.strictObject({
  target: text(255).optional(),
  tenant: text(255).optional(),
  key: text(63).optional(),
  state: solutionState.optional(),
  ...pageParameters,
});

/** Solutions, newest first. */
export class ListSolutionsQuery extends Query<Page<SolutionView>> {
  constructor(
    readonly parameters: z.output<typeof solutionListParameters>,
    readonly caller: Caller,
  ) {
    super();
  }
}

@QueryHandler(ListSolutionsQuery)
export class ListSolutionsHandler implements IQueryHandler<ListSolutionsQuery> {
  constructor(private readonly database: Database) {}

  async execute({ parameters, caller }: ListSolutionsQuery): Promise<Page<SolutionView>> {
    const { limit, cursor, ...filter } = parameters;
    const rows = await listSolutions(this.database, filter, {
      before: decodeCursor('solutions', cursor),
      limit,
      caller,
    });
    const { items, next } = pageOf('solutions', rows, limit);
    return { items: items.map(solutionView), next };
  }
}
