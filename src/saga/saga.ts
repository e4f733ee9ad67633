import type { Queryable } from '../database/database.js';
import type { Effect } from './effect.js';
import type { ActionKind } from './action.js';
import type { OperationState, Position } from './position.js';
import type { Json } from './json.js';
import type { Step } from './step.js';
import type { TaskTerms } from './task.js';

/** A list of steps in order: the whole definition of one kind of operation. */
export interface Saga {
  readonly kind: string;
  readonly steps: readonly Step<never, never>[];
}

/** The two lists the engine works from: sagas by kind, effects by action kind and object type. */
export class Sagas {
  constructor(
    private readonly sagas: readonly Saga[],
    private readonly effects: readonly Effect[],
  ) {}

  /** What this process can carry out: an operation needs each of its steps to be among those of its kind. */
  get known(): readonly { readonly kind: string; readonly steps: readonly string[] }[] {
    return this.sagas.map(({ kind, steps }) => ({ kind, steps: steps.map((step) => step.name) }));
  }

  saga(kind: string): Saga {
    const saga = this.sagas.find((candidate) => candidate.kind === kind);
    if (saga === undefined) throw new Error(`no saga of kind ${kind}`);
    return saga;
  }

  step(kind: string, name: string): Step<Json> {
    const step = this.saga(kind).steps.find((candidate) => candidate.name === name);
    if (step === undefined) throw new Error(`saga ${kind} has no step ${name}`);
    return step;
  }

  effect(kind: ActionKind, objectType: number): Effect {
    const effect = this.effects.find((candidate) => candidate.handles(kind, objectType));
    if (effect === undefined) throw new Error(`no effect handles ${kind} on objects of type ${objectType}`);
    return effect;
  }
}

/** The targets this process reaches, and the limits of each that the engine has to keep. Times in ms. */
export abstract class TargetLimits {
  abstract names(): readonly string[];
  abstract of(target: string): {
    readonly timeoutMs: number;
    readonly lateMs: number;
    readonly parallel: number;
    /** Of actions that a person has to do. */
    task?(kinds: readonly ActionKind[]): TaskTerms;
  };
}

export interface EndedOperation {
  readonly position: Position;
  readonly state: OperationState;
}

/** What an operation's end means to its solution; runs in the transaction of the ending transition, once. */
export abstract class OperationEnds {
  abstract apply(tx: Queryable, ended: readonly EndedOperation[]): Promise<void>;
}
