import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import * as z from 'zod';
import { Database } from '../../database/database.js';
import { AppError } from '../../errors.js';
import { allow, type Caller } from '../../http/caller.js';
import { Feed, type FeedPage } from '../../messaging/feed.js';
import { uuid } from '../request-text.js';
import { findIdentityOfOperation } from './sql/find-identity-of-operation.sql.js';
import { findSolution } from './sql/read-solutions.sql.js';

export const eventParameters = z.strictObject({
  after: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('`next` of the page before; absent: from the oldest event that is kept.'),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  wait: z.coerce.number().int().min(0).max(30).default(0).describe('Seconds to wait for the first event.'),
  solution: uuid.optional().describe('Events of this solution only.'),
  operation: uuid.optional().describe('Events of this operation only.'),
});

/** A page of the durable feed. */
export class ReadEventsQuery extends Query<FeedPage> {
  constructor(
    readonly parameters: z.output<typeof eventParameters>,
    readonly caller: Caller,
    readonly signal: AbortSignal,
  ) {
    super();
  }
}

@QueryHandler(ReadEventsQuery)
export class ReadEventsHandler implements IQueryHandler<ReadEventsQuery> {
  constructor(
    private readonly database: Database,
    private readonly feed: Feed,
  ) {}

  async execute({ parameters, caller, signal }: ReadEventsQuery): Promise<FeedPage> {
    await this.allow(caller, parameters);
    const { wait, ...query } = parameters;
    return this.feed.read({ ...query, waitMs: wait * 1_000 }, signal);
  }

  /** The whole feed tells about every tenant; of one solution or operation it tells about its own. */
  private async allow(caller: Caller, { solution, operation }: ReadEventsQuery['parameters']): Promise<void> {
    if (caller.scopes.some(({ target, tenant }) => target === '*' && tenant === '*')) return;
    const place =
      solution !== undefined
        ? await findSolution(this.database, solution)
        : operation !== undefined
          ? await findIdentityOfOperation(this.database, operation)
          : null;
    if (place === null) {
      const detail = `${caller.name} sees some tenants only: name a \`solution\` or an \`operation\` of theirs.`;
      throw new AppError('forbidden', detail);
    }
    allow(caller, 'viewer', place);
  }
}
