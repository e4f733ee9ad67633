import { Injectable } from '@nestjs/common';
import type { Call } from '../../saga/call.js';
import type { StepContext, StepPlan } from '../../saga/step.js';
import { Step } from '../../saga/step.js';
import type { Desired } from '../desired.js';
import type { Target } from '../ports/target.js';
import { Targets } from '../ports/target.js';
import type { IsolationFacts } from '../rules/isolation.js';
import { isolationFindings } from '../rules/isolation.js';
import type { SolutionRefs } from '../rules/refs.js';
import { dbidBehind, refsOf } from '../rules/refs.js';
import type { WantedServer } from '../rules/service.js';
import { serviceFindings, settled } from '../rules/service.js';
import { accountsOfOurs, readServer } from './read-inspection.js';
import { readIsolation } from './read-isolation.js';

interface Service {
  readonly personDbid: number;
  readonly servers: readonly WantedServer[];
  /** null while it is not settled, since the last look reads it, and in a dry run, where verify-isolation has just done so. */
  readonly isolation: IsolationFacts | null;
  readonly settleMs: number;
}

/** After the fact: the servers run as the Person through the settle time, and both sides of the isolation hold. */
@Injectable()
export class VerifyServiceStep extends Step<Desired, Service | null> {
  readonly name = 'verify-service';

  constructor(private readonly targets: Targets) {
    super();
  }

  /** @returns null while there is no Person, or it is only to be taken over: a plan cannot look at what is yet to come */
  async observe(context: StepContext<Desired>): Promise<Service | null> {
    const { call, desired, outputs } = context;
    const refs = refsOf(context.refs);
    const personDbid = dbidBehind(refs.person, outputs);
    const isYetToBind = context.dryRun && refs.adoptedPerson === true;
    if (personDbid === null || isYetToBind) return null;
    const target = this.targets.get(desired.target);
    const { settleMs } = target.config;
    const servers = await readServers(target, call, refs, personDbid);
    const { lookAgainAfterMs } = settled(servers, settleMs, context);
    const isLastLook = lookAgainAfterMs === undefined && !context.dryRun;
    const isolation = isLastLook ? await readIsolation(target, refs, context) : null;
    return { personDbid, servers, isolation, settleMs };
  }

  plan(service: Service | null, context: Omit<StepContext<Desired>, 'call'>): StepPlan {
    if (service === null) return { actions: [], findings: [] };
    const { desired, solutionId } = context;
    const { servers, personDbid, settleMs, isolation } = service;
    const wait = settled(servers, settleMs, context);
    const findings = [
      ...serviceFindings(servers, personDbid),
      ...wait.findings,
      ...(isolation === null
        ? []
        : isolationFindings(isolation, solutionId, desired.isolation.requireExclusive)),
    ];
    return { actions: [], ...wait, findings };
  }
}

async function readServers(
  target: Target,
  call: Call,
  refs: SolutionRefs,
  personDbid: number,
): Promise<readonly WantedServer[]> {
  const servers = await Promise.all(
    // Not there where the step before could not see the servers, which it has said.
    (refs.runsAfter ?? []).map(async ({ dbid, runs }) => {
      const application = await target.objects.get(call, 'application', dbid);
      const server = await readServer(target, call, application, accountsOfOurs(personDbid));
      return server === null ? [] : [{ server, runs }];
    }),
  );
  return servers.flat();
}
