import { Body, Controller, Get, Headers, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiBody, ApiHeader, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type * as z from 'zod';
import { CurrentCaller, type Caller } from '../http/caller.js';
import { supportedVerbs, verbTable } from '../saga/verbs.js';
import type { OperationView } from '../saga/view.js';
import { Answers, Problems } from './api-docs.js';
import { preferredWaitMs, readerGone } from './api-headers.js';
import { operationPageSchema, operationSchema } from './api-schemas.js';
import { supportedVerb } from './commands/accept-verb.js';
import { readIdempotencyKey } from './commands/idempotency-key.js';
import { verbBody } from './commands/verb-members.js';
import { RequestVerbCommand } from './commands/request-verb.command.js';
import { GetOperationQuery } from './queries/get-operation.query.js';
import {
  ListOperationsQuery,
  operationListParameters,
  type OperationSummary,
} from './queries/list-operations.query.js';
import type { Page } from './queries/page.js';
import { nothing } from './request-text.js';

const supported = verbTable.filter((rule) => supportedVerbs.has(rule.verb));

@ApiTags('Operations')
@Controller('/v1/operations')
export class OperationsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Operations, newest first, without their actions' })
  @Answers(200, 'A page.', operationPageSchema)
  @Problems()
  list(
    @Query({ schema: operationListParameters }) parameters: z.output<typeof operationListParameters>,
    @CurrentCaller() caller: Caller,
  ): Promise<Page<OperationSummary>> {
    return this.queries.execute(new ListOperationsQuery(parameters, caller));
  }

  @Get(':id')
  @ApiOperation({ summary: 'One operation with its steps and actions' })
  @ApiHeader({
    name: 'Prefer',
    required: false,
    description:
      '`wait=N`: the answer is held back up to N seconds (at most 30) until the operation is done or changes.',
  })
  @Answers(200, 'The operation.', operationSchema, ['Preference-Applied'])
  @Problems('not-found')
  get(
    @Param('id') id: string,
    @Headers('prefer') prefer: string | undefined,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query({ schema: nothing }) _parameters: unknown,
  ): Promise<OperationView> {
    return this.queries.execute(
      new GetOperationQuery(id, caller, preferredWaitMs(prefer, reply), readerGone(reply)),
    );
  }

  @Post(':id/:verb')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Tell an operation something',
    description: supported.map(({ verb, does }) => `- \`${verb}\`: ${does}`).join('\n'),
  })
  @ApiParam({ name: 'verb', enum: supported.map(({ verb }) => verb) })
  @ApiBody({ schema: { $ref: '#/components/schemas/VerbRequest' } })
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description:
      'Kept 7 days: the same key and payload are one request, also when it has taken effect since.',
  })
  @Answers(200, 'The operation; `requestedVerb` until it is carried out at a safe point.', operationSchema)
  @Problems(
    'malformed-json',
    'not-found',
    'not-yet-supported',
    'idempotency-key-reused',
    'verb-not-possible',
    'verb-pending',
    'state-mismatch',
    'approval-by-requester',
    'plan-drifted',
    'task-not-open',
  )
  tell(
    @Param('id') operationId: string,
    @Param('verb') word: string,
    @Body() body: unknown,
    @Headers('idempotency-key') header: string | undefined,
    @CurrentCaller() caller: Caller,
    @Query({ schema: nothing }) _parameters: unknown,
  ): Promise<OperationView> {
    // The verb first: one that is not supported yet has a body of its own.
    const verb = supportedVerb(word);
    const request = verbBody(verb, body);
    const key = readIdempotencyKey(header);
    const path = `/v1/operations/${operationId.toLowerCase()}/${verb}`;
    const idempotencyKey = key === null ? null : { method: 'POST', path, key };
    return this.commands.execute(
      new RequestVerbCommand({ operationId, verb, request, caller, idempotencyKey }),
    );
  }
}
