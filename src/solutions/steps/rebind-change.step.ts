import { Injectable } from '@nestjs/common';
import type { Finding } from '../../saga/action.js';
import type { RetryPolicy } from '../../saga/retry.js';
import { defaultRetry } from '../../saga/retry.js';
import type { StepContext, StepPlan } from '../../saga/step.js';
import { Step } from '../../saga/step.js';
import { Claims } from '../ports/claims.js';
import { ObjectType } from '../ports/object-types.js';
import { Targets } from '../ports/target.js';
import type { InspectedServer } from '../rules/inspection.js';
import { isolationFindings } from '../rules/isolation.js';
import { isolationOfChange } from '../rules/isolation-of-change.js';
import { interruptionFindings } from '../rules/expected-interruption.js';
import { markSection } from '../rules/outage-section.js';
import type { RebindInput } from '../rules/rebind-input.js';
import { runsAfter, serversNow } from '../rules/rebind-input.js';
import { rebindActions } from '../rules/rebind.js';
import { refsOf } from '../rules/refs.js';
import type { LeavingPair } from '../rules/release.js';
import { bothOf, releaseActions, staged } from '../rules/release.js';
import { asServerNow } from '../rules/restart-findings.js';
import { revoke } from '../rules/revoke.js';
import { pairFindings, settling } from '../rules/settling.js';
import { namedBefores } from '../rules/unseen-before.js';
import type { Drivers } from '../rules/work-by-hand.js';
import type { ChangeDesired } from '../standing.js';
import { changeFindings, readChange } from './inspect-change.step.js';
import type { Entry } from './read-entries.js';
import { readServer } from './read-inspection.js';
import { readIsolation } from './read-isolation.js';
import { readLeavingEntries, readLeavingPairs } from './read-leaving.js';

interface Servers {
  readonly primary: InspectedServer | null;
  readonly backup: InspectedServer | null;
  readonly leaving: readonly LeavingPair[];
  /** The Person's entries on the applications that leave. */
  readonly entries: readonly Entry[];
  readonly settleMs: number;
  readonly accountsByHand: boolean;
  readonly drivers: Drivers;
}

/**
 * A new server runs as the Person before the old one gets its former account back and is stopped, so that a service
 * that can go on does. Where the server stays there is nothing to do.
 */
@Injectable()
export class RebindChangeStep extends Step<ChangeDesired, Servers> {
  readonly name = 'rebind-server';
  override readonly retry: RetryPolicy = { ...defaultRetry, attempts: 3, maxDelayMs: 5_000, totalMs: 60_000 };

  constructor(
    private readonly targets: Targets,
    private readonly claims: Claims,
  ) {
    super();
  }

  async observe({ call, desired, refs }: StepContext<ChangeDesired>): Promise<Servers> {
    const target = this.targets.get(desired.target);
    const known = refsOf(refs);
    const read = async (dbid: number) =>
      readServer(target, call, await target.objects.get(call, 'application', dbid));
    const [primary, backup, leaving] = await Promise.all([
      read(known.server.primary.dbid),
      known.server.backup === null ? null : read(known.server.backup.dbid),
      readLeavingPairs(target, call, known),
    ]);
    const entries = await readLeavingEntries(target, call, leaving, known.person as number);
    return {
      primary,
      backup,
      leaving,
      entries,
      settleMs: target.config.settleMs,
      accountsByHand: target.config.security.driver === 'manual',
      drivers: target.config,
    };
  }

  plan(servers: Servers, context: Omit<StepContext<ChangeDesired>, 'call'>): StepPlan {
    const { primary, backup, leaving, entries, settleMs, accountsByHand, drivers } = servers;
    const { desired } = context;
    const refs = refsOf(context.refs);
    const now = asServerNow(primary);
    const changed = pairFindings(refs, primary, backup);
    if (now === null || changed.length > 0) return { actions: [], findings: changed };
    const wait = settling([primary, backup, ...leaving.flatMap(bothOf)], context);
    if (wait.lookAgainAfterMs !== undefined) return { actions: [], ...wait };
    const person = { type: ObjectType.person, name: desired.person.userName, dbid: refs.person };
    const personDbid = refs.person as number;
    const input: RebindInput = {
      primary: now,
      backup: asServerNow(backup, 'backup'),
      account: person,
      accountDbid: personDbid,
      restart: desired.restart,
      settleMs,
      accountsByHand,
    };
    const joined = rebindActions(input);
    const released = leaving.map((pair) =>
      releaseActions(pair, {
        personDbid,
        // A server that leaves does not go on reading what stays, even if it ran as the Person before the solution.
        former: desired.standing.servers.filter(
          ({ account }) => account.type !== ObjectType.person || account.dbid !== personDbid,
        ),
        serverAfter: 'stopped',
        restart: { ...desired.restart, mode: 'together' },
        settleMs,
        accountsByHand,
      }),
    );
    const revoked = entries.flatMap(({ object, found }) => revoke(object, person, found, 1));
    const all = staged([joined.actions, ...released.map(({ actions }) => actions)]);
    const section = markSection(all, [...serversNow(input), ...released.flatMap((one) => one.servers)]);
    const touched = new Set(joined.actions.map(({ object }) => object.dbid));
    return {
      actions: namedBefores(staged([section, revoked]), this.name, {
        asFound: desired.restart.startAfter === 'as-found',
      }),
      findings: [
        ...wait.findings,
        ...interruptionFindings(section, drivers),
        ...joined.findings,
        ...released.flatMap((one) => one.findings),
      ],
      refs: {
        runsAfter: serversNow(input).map((server) => ({
          name: server.name,
          dbid: server.dbid,
          runs: touched.has(server.dbid) ? runsAfter(server, desired.restart.startAfter) : server.running,
        })),
      },
    };
  }

  override async gate(context: StepContext<ChangeDesired>): Promise<readonly Finding[]> {
    const { desired, solutionId } = context;
    const refs = refsOf(context.refs);
    const target = this.targets.get(desired.target);
    const [seen, facts] = await Promise.all([
      readChange(target, this.claims, context),
      readIsolation(target, refs, context),
    ]);
    const isolation = isolationOfChange(facts, refs, context);
    return [
      ...changeFindings(seen, desired),
      ...isolationFindings(isolation, solutionId, desired.isolation.requireExclusive),
    ].filter(({ severity }) => severity === 'error');
  }
}
