import {
  applyDecorators,
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Param,
  Patch,
  Post,
  Query,
  Req,
  Res,
} from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiBody, ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { CurrentCaller, type Caller } from '../http/caller.js';
import { validate } from '../http/validate.js';
import type { OperationView } from '../saga/view.js';
import { Answers, Problems } from './api-docs.js';
import { accepted } from './api-headers.js';
import {
  operationSchema,
  planSchema,
  solutionPageSchema,
  solutionSchema,
  verificationSchema,
} from './api-schemas.js';
import { ChangeCommand, changeOf } from './commands/change.command.js';
import { readIdempotencyKey } from './commands/idempotency-key.js';
import { OffboardCommand, offboardingOf } from './commands/offboard.command.js';
import { OnboardCommand } from './commands/onboard.command.js';
import { VerifySolutionCommand, type Verification } from './commands/verify-solution.command.js';
import { laterOf, withoutPlan } from './later-asked.js';
import { changeRequest, offboardRequest, type ChangeRequest } from './later-request.js';
import { onboardExamples } from './onboard-examples.js';
import { onboardRequest, type OnboardRequest } from './onboard-request.js';
import { nothing } from './request-text.js';
import type { PlanView } from './plan-view.js';
import { GetSolutionQuery } from './queries/get-solution.query.js';
import { ListSolutionsQuery, solutionListParameters } from './queries/list-solutions.query.js';
import type { Page } from './queries/page.js';
import { PlanLaterQuery } from './queries/plan-later.query.js';
import { PlanSolutionQuery } from './queries/plan-solution.query.js';
import type { SolutionView } from './solution-view.js';

const planParameters = z.strictObject({
  validate_only: z
    .enum(['true', 'false'])
    .default('false')
    .describe('`true`: answers the plan, with 200; nothing is changed.'),
});
type PlanParameters = z.output<typeof planParameters>;

const path = '/v1/solutions';

const laterProblems = [
  'not-found',
  'not-yet-supported',
  'target-unknown',
  'idempotency-key-reused',
  'operation-in-progress',
  'precondition-failed',
  'solution-ended',
  'plan-not-found',
  'plan-mismatch',
  'plan-drifted',
  'target-unavailable',
] as const;

const LaterHeaders = () =>
  applyDecorators(
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description: 'Kept 7 days: the same key and payload mean the same operation.',
    }),
    ApiHeader({
      name: 'If-Match',
      required: false,
      description: 'The `ETag` of the solution as you know it.',
    }),
  );

@ApiTags('Solutions')
@Controller(path)
export class SolutionsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  @HttpCode(202)
  @ApiOperation({ summary: 'Give a solution its own Interaction Server' })
  @ApiBody({ schema: { $ref: '#/components/schemas/OnboardRequest' }, examples: onboardExamples })
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'Kept 7 days: the same key and payload mean the same operation.',
  })
  @Answers(200, 'The plan, with `validate_only=true`.', planSchema)
  @Answers(202, 'The operation.', operationSchema, ['Location', 'Operation-Location', 'Retry-After'])
  @Problems(
    'malformed-json',
    'not-yet-supported',
    'target-unknown',
    'idempotency-key-reused',
    'plan-not-found',
    'plan-mismatch',
    'solution-exists',
    'operation-in-progress',
    'resource-claimed',
    'target-unavailable',
  )
  async onboard(
    @Body({ schema: onboardRequest }) request: OnboardRequest,
    @Query({ schema: planParameters }) { validate_only }: PlanParameters,
    @Headers('idempotency-key') header: string | undefined,
    @CurrentCaller() caller: Caller,
    @Req() http: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OperationView | PlanView> {
    if (validate_only === 'true') {
      void reply.status(200);
      return this.queries.execute(new PlanSolutionQuery(withoutPlan(request), caller));
    }
    const key = readIdempotencyKey(header);
    const idempotencyKey = key === null ? null : { method: 'POST', path, key };
    const asked = { request, caller, idempotencyKey, correlationId: null, causationId: null };
    return accepted(http, reply, await this.commands.execute(new OnboardCommand(asked)));
  }

  @Get()
  @ApiOperation({ summary: 'Solutions, newest first' })
  @Answers(200, 'A page.', solutionPageSchema)
  @Problems()
  list(
    @Query({ schema: solutionListParameters }) parameters: z.output<typeof solutionListParameters>,
    @CurrentCaller() caller: Caller,
  ): Promise<Page<SolutionView>> {
    return this.queries.execute(new ListSolutionsQuery(parameters, caller));
  }

  @Get(':id')
  @ApiOperation({ summary: 'One solution, desired and observed' })
  @Answers(200, 'The solution.', solutionSchema, ['ETag'])
  @Problems('not-found')
  async get(
    @Param('id') id: string,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query({ schema: nothing }) _parameters: unknown,
  ): Promise<SolutionView> {
    const solution = await this.queries.execute(new GetSolutionQuery(id, caller));
    void reply.header('etag', `"${solution.version}"`);
    return solution;
  }

  @Post(':id/verify')
  @HttpCode(200)
  @ApiOperation({ summary: 'Look at the target now: isolation and drift' })
  @Answers(200, 'What was seen.', verificationSchema)
  @Problems('not-found', 'operation-in-progress', 'target-unavailable')
  verify(
    @Param('id') id: string,
    @CurrentCaller() caller: Caller,
    @Query({ schema: nothing }) _parameters: unknown,
    @Body({ schema: nothing }) _body: unknown,
  ): Promise<Verification> {
    return this.commands.execute(new VerifySolutionCommand(id, caller));
  }

  @Patch(':id')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Change the Business Processes, the server or the name of a solution',
    description:
      'What is left out stays as it is. A former server gets its former account back and stays stopped.',
  })
  @ApiBody({ schema: { $ref: '#/components/schemas/ChangeRequest' } })
  @LaterHeaders()
  @Answers(200, 'The plan, with `validate_only=true`.', planSchema)
  @Answers(202, 'The operation.', operationSchema, ['Location', 'Operation-Location', 'Retry-After'])
  @Problems('malformed-json', 'solution-not-active', 'resource-claimed', ...laterProblems)
  async change(
    @Param('id') id: string,
    @Body({ schema: changeRequest }) request: ChangeRequest,
    @Headers('idempotency-key') header: string | undefined,
    @Headers('if-match') ifMatch: string | undefined,
    @CurrentCaller() caller: Caller,
    @Req() http: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query({ schema: planParameters }) { validate_only }: PlanParameters,
  ): Promise<OperationView | PlanView> {
    const asked = { ...laterOf('PATCH', id, header, ifMatch, caller), request };
    if (validate_only === 'true') return this.plan(reply, asked, changeOf(withoutPlan(request)));
    return accepted(http, reply, await this.commands.execute(new ChangeCommand(asked)));
  }

  @Delete(':id')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Take a solution away',
    description:
      'Its servers get their former account back, its entries go, its Person and account are deleted; until the first deletion all of it can be taken back.',
  })
  @ApiBody({ required: false, schema: { $ref: '#/components/schemas/OffboardRequest' } })
  @LaterHeaders()
  @Answers(200, 'The plan, with `validate_only=true`.', planSchema)
  @Answers(202, 'The operation.', operationSchema, ['Location', 'Operation-Location', 'Retry-After'])
  @Problems('malformed-json', ...laterProblems)
  async offboard(
    @Param('id') id: string,
    @Body() body: unknown,
    @Headers('idempotency-key') header: string | undefined,
    @Headers('if-match') ifMatch: string | undefined,
    @CurrentCaller() caller: Caller,
    @Req() http: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query({ schema: planParameters }) { validate_only }: PlanParameters,
  ): Promise<OperationView | PlanView> {
    // No body is a body that asks for nothing special.
    const request = validate(offboardRequest, body === undefined ? {} : body);
    const asked = { ...laterOf('DELETE', id, header, ifMatch, caller), request };
    if (validate_only === 'true') return this.plan(reply, asked, offboardingOf(withoutPlan(request)));
    return accepted(http, reply, await this.commands.execute(new OffboardCommand(asked)));
  }

  private plan(
    reply: FastifyReply,
    asked: PlanLaterQuery['asked'],
    later: PlanLaterQuery['later'],
  ): Promise<PlanView> {
    void reply.status(200);
    return this.queries.execute(new PlanLaterQuery(asked, later));
  }
}
