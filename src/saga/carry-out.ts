import { AppError, messageOf } from '../errors.js';
import type { ActionObject } from './action.js';
import { ByHand } from './by-hand.js';
import { beforeOf } from './before-image.js';
import type { Call } from './call.js';
import { newLook, reading } from './call.js';
import { CallError } from './call-error.js';
import type { Effect, ResolvedAction, Seen } from './effect.js';
import { isFresh } from './effect.js';
import type { Json } from './json.js';
import { sameJson } from './json.js';
import { afterOf } from './mark-done.js';
import type { Instruction, Outcome } from './outcome.js';
import { outputsOf, refsBefore } from './outputs.js';
import { PlanKeeper } from './plan-keeper.js';
import type { SagaPlan } from './plan-saga.js';
import { planSaga } from './plan-saga.js';
import type { ActionRecord, Failure, Position } from './position.js';
import { keyOf } from './position.js';
import type { Locks } from './locks.js';
import type { Outputs } from './reference.js';
import { resolve } from './reference.js';
import type { Sagas } from './saga.js';
import type { StepContext } from './step.js';
import type { WorkerLease } from './worker-lease.js';

/** Carries out one instruction under the lease it was decided under: one question or one effect. Never throws. */
export class CarryOut {
  constructor(
    private readonly sagas: Sagas,
    private readonly lease: WorkerLease,
    private readonly locks: Locks,
    private readonly plans: PlanKeeper = new NoPlans(),
  ) {}

  async do(instruction: Instruction, position: Position, epoch: string): Promise<Outcome> {
    switch (instruction.do) {
      case 'observe':
        return this.ask(() => this.observe(position, instruction.step));
      case 'gate':
        return this.ask(() => this.gate(position, instruction.step));
      case 'plan':
        return this.ask(() => this.plan(position));
      case 'check-plan':
        return this.ask(() => this.checkPlan(position));
      case 'lock':
        return this.ask(() => this.locks.take(position.id, instruction.names, epoch));
      case 'read':
        return this.read(position, instruction.key);
      case 'apply':
      case 'revert':
        return this.effect(position, instruction, epoch);
    }
  }

  private async ask(question: () => Promise<Outcome>): Promise<Outcome> {
    try {
      return await question();
    } catch (error) {
      return { type: 'observe-failed', failure: failureOf(error, 'transient') };
    }
  }

  private async observe(position: Position, step: number): Promise<Outcome> {
    const definition = this.sagas.step(position.kind, stepName(position, step));
    const context = this.context(position, step);
    const plan = definition.plan(await definition.observe(context), context);
    if (plan.seen === undefined) return { type: 'observed', plan };
    const seen = new Map([...plan.seen].map(([number, one]) => [number, askedAt(context.nowMs, one)]));
    return { type: 'observed', plan: { ...plan, seen } };
  }

  private async gate(position: Position, step: number): Promise<Outcome> {
    const definition = this.sagas.step(position.kind, stepName(position, step));
    return { type: 'gated', findings: (await definition.gate?.(this.context(position, step))) ?? [] };
  }

  private async plan(position: Position): Promise<Outcome> {
    const plan = await this.planNow(position);
    const planId = await this.plans.keep(position, plan);
    return { type: 'planned', planId, digest: plan.digest, findings: plan.findings };
  }

  private async checkPlan(position: Position): Promise<Outcome> {
    return { type: 'plan-checked', digest: (await this.planNow(position)).digest };
  }

  private planNow(position: Position): Promise<SagaPlan> {
    return planSaga(this.sagas.saga(position.kind), {
      call: newLook(),
      desired: position.input.desired,
      operationId: position.id,
      solutionId: position.solutionId,
      dryRun: true,
      nowMs: this.lease.nowMs(),
    });
  }

  private async read(position: Position, key: string): Promise<Outcome> {
    try {
      const { effect, action } = this.resolved(position, key);
      const nowMs = this.lease.nowMs();
      return { type: 'read', key, seen: askedAt(nowMs, await effect.read(reading, action)) };
    } catch (error) {
      if (error instanceof ByHand) return { type: 'read', key, seen: { cannotTell: error.detail } };
      return { type: 'read-failed', key, failure: failureOf(error, 'transient') };
    }
  }

  private async effect(
    position: Position,
    instruction: Extract<Instruction, { do: 'apply' | 'revert' }>,
    epoch: string,
  ): Promise<Outcome> {
    const { key, seen } = instruction;
    let sentAtMs = this.lease.nowMs();
    const call: Call = {
      beforeSend: (timeoutMs) => {
        this.lease.beforeSend(epoch, timeoutMs);
        sentAtMs = this.lease.nowMs();
      },
    };
    try {
      const { effect, action } = this.resolved(position, key);
      const fresh = isFresh(seen, this.lease.nowMs()) ? seen : await this.readAgain(effect, action, seen);
      const effected = await effect[instruction.do](call, action, fresh);
      return { type: 'effected', key, effected };
    } catch (error) {
      if (error instanceof ByHand)
        return { type: 'effected', key, effected: { effected: 'task', detail: error.detail } };
      return { type: 'effect-failed', key, failure: failureOf(error, 'unknown'), sentAtMs };
    }
  }

  /** The commit took long, or the plan is old: what was seen has to hold still. */
  private async readAgain(effect: Effect, action: ResolvedAction, seen: Seen): Promise<Seen> {
    const now = await effect.read(reading, action);
    if (
      'image' in seen &&
      'image' in now &&
      sameJson(seen.image, now.image) &&
      !seen.underway === !now.underway
    )
      return now;
    throw new CallError('conflict', `"${action.object.name}" changed between reading and writing`);
  }

  private resolved(position: Position, key: string): { effect: Effect; action: ResolvedAction } {
    const record = position.actions.find((candidate) => keyOf(candidate) === key) as ActionRecord;
    const outputs = outputsOf(position);
    const { spec } = record;
    const action: ResolvedAction = {
      step: stepName(position, record.position),
      number: record.number,
      kind: spec.kind,
      object: objectOf(record, outputs),
      before: beforeOf(record, outputs)?.image ?? spec.before,
      after: afterOf(record, outputs),
      input: resolve(spec.input ?? {}, outputs) as ResolvedAction['input'],
      operationId: position.id,
      solutionId: position.solutionId,
      target: position.target,
      attempt: record.attempts,
    };
    return { effect: this.sagas.effect(spec.kind, spec.object.type), action };
  }

  private context(position: Position, step: number): StepContext<Json> {
    const nowMs = this.lease.nowMs();
    return {
      call: newLook(),
      desired: position.input.desired,
      refs: refsBefore(position, step),
      outputs: outputsOf(position),
      operationId: position.id,
      solutionId: position.solutionId,
      dryRun: false,
      nowMs,
      stepStartedAtMs: position.steps[step]?.startedAtMs ?? nowMs,
    };
  }
}

/** A created object is known by what its creation put out from then on: it is the same object under another name too. */
function objectOf({ spec, output }: ActionRecord, outputs: Outputs): ActionObject {
  const object = resolve(spec.object, outputs) as ActionObject;
  return spec.kind === 'create' && output !== undefined ? { ...object, dbid: output } : object;
}

const askedAt = (atMs: number, seen: Seen): Seen => ('image' in seen ? { ...seen, atMs } : seen);

/** Where nothing is ever approved. */
class NoPlans extends PlanKeeper {
  override keep(): Promise<string> {
    return Promise.reject(new Error('there is nowhere to keep plans'));
  }
}

const stepName = (position: Position, step: number): string => position.steps[step]?.name ?? '';

/** What nobody foresaw counts as `surprise`: an effect may have happened, a question just failed. */
function failureOf(error: unknown, surprise: 'unknown' | 'transient'): Failure {
  if (error instanceof CallError) {
    const { code, platform, retryAfterMs } = error.options;
    return {
      class: error.errorClass,
      detail: error.detail,
      ...(code === undefined ? {} : { code }),
      ...(platform === undefined ? {} : { platform }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    };
  }
  // Our own database is away: it costs no budget, as a target that is down costs none. Effects ask no database.
  if (error instanceof AppError && error.kind === 'unavailable') {
    return {
      class: surprise === 'unknown' ? surprise : 'target-down',
      code: error.code,
      detail: error.detail,
    };
  }
  // A check that nobody has left out where it cannot be made: trying again would not help.
  if (error instanceof ByHand) return { class: 'invalid', code: 'cannot-tell', detail: error.detail };
  return { class: surprise, code: 'internal', detail: messageOf(error).replaceAll('\u0000', '') };
}
