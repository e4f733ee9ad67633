import { Global, Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import type { Effect } from '../saga/effect.js';
import { PlanKeeper } from '../saga/plan-keeper.js';
import { OperationEnds, Sagas, TargetLimits } from '../saga/saga.js';
import type { Step } from '../saga/step.js';
import { CommandInbox } from '../messaging/incoming-command.js';
import { ClaimsInDatabase } from './claims-in-database.js';
import { Clock, SystemClock } from './clock.js';
import { AcceptOnboarding } from './commands/accept-onboarding.js';
import { AcceptTogether } from './commands/accept-together.js';
import { AcceptVerb } from './commands/accept-verb.js';
import { AcceptLater } from './commands/accept-later.js';
import { AcceptChange, ChangeHandler } from './commands/change.command.js';
import { CarryOutCommands } from './commands/carry-out-commands.js';
import { CommandsFromBroker } from './commands/command-inbox.js';
import { AcceptOffboarding, OffboardHandler } from './commands/offboard.command.js';
import { OnboardHandler } from './commands/onboard.command.js';
import { PauseTargetHandler } from './commands/pause-target.command.js';
import { PrepareCommand } from './commands/prepare-command.js';
import { RequestVerbHandler } from './commands/request-verb.command.js';
import { RunAcceptance } from './commands/run-acceptance.js';
import { VerifySolutionHandler } from './commands/verify-solution.command.js';
import { effects } from './effects/effects.js';
import { Ids, UuidV7Ids } from './ids.js';
import { Pauses } from './pauses/pauses.js';
import { WorkersSeen } from './pauses/workers-seen.js';
import { PlansInDatabase } from './plans-in-database.js';
import { Claims } from './ports/claims.js';
import { GetOperationHandler } from './queries/get-operation.query.js';
import { GetPlanHandler } from './queries/get-plan.query.js';
import { GetSolutionHandler } from './queries/get-solution.query.js';
import { IsolationReportHandler } from './queries/isolation-report.query.js';
import { ListOperationsHandler } from './queries/list-operations.query.js';
import { ListSolutionsHandler } from './queries/list-solutions.query.js';
import { OperationWatch } from './queries/operation-watch.js';
import { KeepPlan } from './queries/keep-plan.js';
import { PlanLaterHandler } from './queries/plan-later.query.js';
import { PlanSolutionHandler } from './queries/plan-solution.query.js';
import { ReadEventsHandler } from './queries/read-events.query.js';
import { GetServiceHandler } from './queries/service.query.js';
import { GetTaskHandler } from './queries/get-task.query.js';
import { ListTasksHandler } from './queries/list-tasks.query.js';
import { GetTargetHandler, ListTargetsHandler } from './queries/targets.query.js';
import { sagas } from './sagas/sagas.js';
import { SolutionEnds } from './solution-ends.js';
import { InspectHoldingsStep } from './steps/inspect-holdings.step.js';
import { TargetLimitsFromConfig } from './target-limits.js';
import { RecordVerification } from './verification/record-verification.js';
import { VerificationMetrics } from './verification/verification-metrics.js';
import { Verifier } from './verification/verifier.js';

const commandHandlers = [
  OnboardHandler,
  ChangeHandler,
  OffboardHandler,
  PauseTargetHandler,
  RequestVerbHandler,
  VerifySolutionHandler,
];

const queryHandlers = [
  GetOperationHandler,
  GetPlanHandler,
  GetServiceHandler,
  GetSolutionHandler,
  GetTargetHandler,
  GetTaskHandler,
  IsolationReportHandler,
  ListOperationsHandler,
  ListSolutionsHandler,
  ListTargetsHandler,
  ListTasksHandler,
  PlanLaterHandler,
  PlanSolutionHandler,
  ReadEventsHandler,
];

type StepClass = (typeof sagas)[number]['steps'][number];

/** Each once: some steps are part of several sagas. */
const stepClasses: readonly StepClass[] = [...new Set<StepClass>(sagas.flatMap(({ steps }) => [...steps]))];

/** The business: what the interface and the broker ask, and what the engine works from (`Sagas`, `TargetLimits`, `OperationEnds`, `PlanKeeper`). */
@Global()
@Module({
  imports: [CqrsModule.forRoot()],
  providers: [
    ...commandHandlers,
    ...queryHandlers,
    AcceptOnboarding,
    AcceptTogether,
    AcceptVerb,
    AcceptLater,
    AcceptChange,
    AcceptOffboarding,
    RunAcceptance,
    PrepareCommand,
    CarryOutCommands,
    KeepPlan,
    OperationWatch,
    Pauses,
    WorkersSeen,
    InspectHoldingsStep,
    Verifier,
    RecordVerification,
    VerificationMetrics,
    { provide: CommandInbox, useClass: CommandsFromBroker },
    { provide: Claims, useClass: ClaimsInDatabase },
    { provide: OperationEnds, useClass: SolutionEnds },
    { provide: PlanKeeper, useClass: PlansInDatabase },
    { provide: TargetLimits, useClass: TargetLimitsFromConfig },
    { provide: Ids, useClass: UuidV7Ids },
    { provide: Clock, useClass: SystemClock },
    ...stepClasses,
    ...effects,
    { provide: Sagas, inject: [...stepClasses, ...effects], useFactory: makeSagas },
  ],
  exports: [
    Sagas,
    OperationEnds,
    PlanKeeper,
    TargetLimits,
    Pauses,
    WorkersSeen,
    CommandInbox,
    Clock,
    Verifier,
    RecordVerification,
    VerificationMetrics,
  ],
})
export class SolutionsModule {}

/** The two lists of the engine, in the order in which their classes are injected. */
function makeSagas(...parts: unknown[]): Sagas {
  const made = new Map(stepClasses.map((step, index) => [step, parts[index]] as const));
  return new Sagas(
    sagas.map(({ kind, steps }) => ({
      kind,
      steps: steps.map((step: StepClass) => made.get(step) as Step<never, never>),
    })),
    parts.slice(stepClasses.length) as Effect[],
  );
}
