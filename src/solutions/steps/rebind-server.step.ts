import { Injectable } from '@nestjs/common';
import type { Finding } from '../../saga/action.js';
import type { RetryPolicy } from '../../saga/retry.js';
import { defaultRetry } from '../../saga/retry.js';
import type { StepContext, StepPlan } from '../../saga/step.js';
import { Step } from '../../saga/step.js';
import type { Desired } from '../desired.js';
import { Claims } from '../ports/claims.js';
import { ObjectType } from '../ports/object-types.js';
import { Targets } from '../ports/target.js';
import { serverAdopted } from '../rules/adopted.js';
import { namedApplication } from '../rules/finding.js';
import { inspectionFindings } from '../rules/inspection-plan.js';
import type { InspectedServer } from '../rules/inspection.js';
import { isolationFindings } from '../rules/isolation.js';
import type { RebindInput, ServerNow } from '../rules/rebind-input.js';
import { runsAfter, serversNow } from '../rules/rebind-input.js';
import { planRebind } from '../rules/rebind.js';
import { dbidBehind, refsOf } from '../rules/refs.js';
import { asServerNow } from '../rules/restart-findings.js';
import { standingStill } from '../rules/service.js';
import { pairFindings, settling } from '../rules/settling.js';
import { namedBefores } from '../rules/unseen-before.js';
import { accountsOfOurs, readInspection, readServer } from './read-inspection.js';
import { readIsolation } from './read-isolation.js';

interface Servers {
  readonly primary: InspectedServer | null;
  readonly backup: InspectedServer | null;
  readonly settleMs: number;
  readonly accountsByHand: boolean;
}

/** Servers that ran as the Person before it was the solution's. */
const boundAlready = (input: RebindInput): readonly ServerNow[] =>
  serversNow(input).filter(
    ({ account }) => account?.type === ObjectType.person && account.dbid === input.accountDbid,
  );

/** The servers run as the Person: stopped, bound and started, one after the other or together. */
@Injectable()
export class RebindServerStep extends Step<Desired, Servers> {
  readonly name = 'rebind-server';
  /** Shorter forward than elsewhere: inside an outage, going back restores the service sooner than a sixth attempt. */
  override readonly retry: RetryPolicy = { ...defaultRetry, attempts: 3, maxDelayMs: 5_000, totalMs: 60_000 };

  constructor(
    private readonly targets: Targets,
    private readonly claims: Claims,
  ) {
    super();
  }

  async observe({ call, desired, refs, outputs }: StepContext<Desired>): Promise<Servers> {
    const target = this.targets.get(desired.target);
    const { server, person } = refsOf(refs);
    const candidates = accountsOfOurs(dbidBehind(person, outputs));
    const read = async (dbid: number) =>
      readServer(target, call, await target.objects.get(call, 'application', dbid), candidates);
    const [primary, backup] = await Promise.all([
      read(server.primary.dbid),
      server.backup === null ? null : read(server.backup.dbid),
    ]);
    const { settleMs, security } = target.config;
    return { primary, backup, settleMs, accountsByHand: security.driver === 'manual' };
  }

  plan(
    { primary, backup, settleMs, accountsByHand }: Servers,
    context: Omit<StepContext<Desired>, 'call'>,
  ): StepPlan {
    const { desired, outputs } = context;
    const refs = refsOf(context.refs);
    const now = asServerNow(primary);
    const changed = pairFindings(refs, primary, backup);
    if (now === null || changed.length > 0) return { actions: [], findings: changed };
    const wait = settling([primary, backup], context);
    if (wait.lookAgainAfterMs !== undefined) return { actions: [], ...wait };
    const input: RebindInput = {
      primary: now,
      backup: asServerNow(backup, 'backup'),
      account: { type: ObjectType.person, name: desired.person.userName, dbid: refs.person },
      accountDbid: dbidBehind(refs.person, outputs),
      restart: desired.restart,
      settleMs,
      accountsByHand,
      // Of what is only taken over by this operation nothing is set up yet.
      boundUnlessSeen: context.dryRun && refs.adoptedPerson !== true,
    };
    const { actions: planned, findings } = planRebind(input);
    const asFound = desired.restart.startAfter === 'as-found';
    const actions = namedBefores(planned, this.name, { asFound });
    const isTouched = ({ dbid }: ServerNow) => actions.some(({ object }) => object.dbid === dbid);
    const after = serversNow(input).map((server) => ({
      name: server.name,
      dbid: server.dbid,
      runs: isTouched(server) ? runsAfter(server, desired.restart.startAfter) : server.running,
    }));
    const stood = refs.adoptedPerson === true ? boundAlready(input) : [];
    return {
      actions,
      findings: [
        ...wait.findings,
        ...stood.map((one) => serverAdopted(namedApplication(one), desired.person.userName)),
        ...findings,
        ...(context.dryRun && asFound ? standingStill(after) : []),
      ],
      refs: {
        runsAfter: after,
        ...(stood.length === 0
          ? {}
          : { stoodServers: stood.map(({ dbid, running }) => ({ dbid, running })) }),
      },
    };
  }

  /** What was true when the steps before looked may not be true any more, and a stop cannot be taken back unnoticed. */
  override async gate(context: StepContext<Desired>): Promise<readonly Finding[]> {
    const { desired, solutionId } = context;
    const target = this.targets.get(desired.target);
    const [inspection, isolation] = await Promise.all([
      readInspection(target, this.claims, context),
      readIsolation(target, refsOf(context.refs), context),
    ]);
    return [
      ...inspectionFindings(inspection),
      ...isolationFindings(isolation, solutionId, desired.isolation.requireExclusive),
    ].filter(({ severity }) => severity === 'error');
  }
}
