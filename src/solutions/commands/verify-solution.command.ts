import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Database } from '../../database/database.js';
import { AppError } from '../../errors.js';
import { allow, type Caller } from '../../http/caller.js';
import { newLook } from '../../saga/call.js';
import { Clock } from '../clock.js';
import { explained, type ExplainedFinding } from '../finding-view.js';
import { actionView, actionViews, type PlannedActionView } from '../plan-view.js';
import { Targets } from '../ports/target.js';
import { loadSolution } from '../queries/load-solution.js';
import type { IsolationState, SolutionRow } from '../solution-view.js';
import { asking } from '../target-unavailable.js';
import { RecordVerification } from '../verification/record-verification.js';
import type { Verdict } from '../verification/verdict.js';
import { Verifier } from '../verification/verifier.js';

type Because = { readonly ignoredBecause: string };

export interface Verification {
  readonly solution: { readonly id: string; readonly href: string };
  readonly isolation: { readonly state: IsolationState; readonly at: string };
  readonly drift: readonly PlannedActionView[];
  readonly findings: readonly ExplainedFinding[];
  /** What a rule of the targets file says nobody needs to be told of. */
  readonly ignored: {
    readonly drift: readonly (PlannedActionView & Because)[];
    readonly findings: readonly (ExplainedFinding & Because)[];
  };
}

/** Looks at the target now and says what differs from what the onboarding left, and whether the isolation holds. */
export class VerifySolutionCommand extends Command<Verification> {
  constructor(
    readonly id: string,
    readonly caller: Caller,
  ) {
    super();
  }
}

@CommandHandler(VerifySolutionCommand)
export class VerifySolutionHandler implements ICommandHandler<VerifySolutionCommand> {
  constructor(
    private readonly database: Database,
    private readonly targets: Targets,
    private readonly verifier: Verifier,
    private readonly recording: RecordVerification,
    private readonly clock: Clock,
  ) {}

  async execute({ id, caller }: VerifySolutionCommand): Promise<Verification> {
    const solution = await loadSolution(this.database, id);
    allow(caller, 'operator', solution);
    refuseWhileRunning(solution);
    refuseWhatIsNotThere(solution);
    const at = this.clock.now();
    const verdict = await asking(solution.target, () =>
      this.verifier.look(solution, newLook(), at.getTime()),
    );
    // One that is never looked at by itself is due at once when that is turned on.
    const nextMs = this.targets.get(solution.target).config.verifyEveryMs;
    await this.recording.record({ solution, at, verdict, nextMs });
    return view(solution, verdict, at);
  }
}

function view(solution: SolutionRow, { isolation, drift, findings }: Verdict, at: Date): Verification {
  return {
    solution: { id: solution.id, href: `/v1/solutions/${solution.id}` },
    isolation: { state: isolation, at: at.toISOString() },
    drift: actionViews(drift.kept),
    findings: findings.kept.map(explained),
    ignored: {
      drift: drift.ignored.map((action) => ({
        ...actionView(action),
        ignoredBecause: action.ignoredBecause,
      })),
      findings: findings.ignored.map((finding) => ({
        ...explained(finding),
        ignoredBecause: finding.ignoredBecause,
      })),
    },
  };
}

/** Everything of it would be missing: that is no drift. */
function refuseWhatIsNotThere({ live, state, key }: SolutionRow): void {
  if (live) return;
  throw new AppError(
    'nothing-to-verify',
    `The solution "${key}" is ${state}: nothing of it is at the target.`,
  );
}

function refuseWhileRunning({ operation_done, last_operation_id, key }: SolutionRow): void {
  if (operation_done) return;
  const href = `/v1/operations/${last_operation_id}`;
  throw new AppError(
    'operation-in-progress',
    `An operation of the solution "${key}" has not ended: ${href}.`,
    {
      members: { href },
    },
  );
}
