import { isEnded, isParked } from '../../src/saga/position.js';
import type { Verb } from '../../src/saga/verbs.js';
import { possibleVerbs, verbs } from '../../src/saga/verbs.js';
import { judgeAsked, judgeEnd, judgeIrreversible } from './judge-end.js';
import { newOperation } from './new-operation.js';
import { Person } from './person.js';
import { randomTarget } from './random-plans.js';
import { Requests } from './requests.js';
import { seeded } from './scripted-target.js';
import { SimulatedWorker } from './simulated-worker.js';
import { Store } from './store.js';
import type { Weather } from './weather.js';
import { calmed } from './weather.js';
import { World } from './world.js';

export interface Run {
  readonly seed: number;
  readonly state: string;
  /** What became of requests: `<verb> applied`, `<verb> dropped`, `<verb> refused`. */
  readonly verbs: readonly string[];
  /** What cannot be taken back has landed. */
  readonly irreversible: boolean;
  readonly problems: readonly string[];
  readonly history: readonly string[];
}

/** So many events of trouble, then no more: every operation has to end. */
const stormyEvents = 4_000;
const mostEvents = 20_000;

/**
 * One operation against a scripted target on a fake clock: workers that crash or freeze between any two writes, answers
 * that are lost before or after the effect, effects that land late, work that only a person can do, requests at any moment.
 * Everything follows from the seed.
 */
export class Simulation {
  private readonly world: World;
  private readonly store: Store;
  private readonly requests: Requests;
  private readonly person: Person;

  constructor(
    readonly seed: number,
    weather: Weather,
  ) {
    const random = seeded(seed);
    const everyVerb = random() < weather.everyVerb;
    this.world = new World(random, weather, randomTarget(random, weather));
    const { world } = this;
    this.store = new Store(
      world,
      newOperation(world, everyVerb),
      (owner, position, callsUntilMs) =>
        new SimulatedWorker(world, this.store, owner, position, callsUntilMs),
      (decision) => {
        this.requests.settle(decision.position, decision);
        this.person.hears(decision.tasks);
      },
    );
    this.requests = new Requests(world, this.store);
    this.person = new Person(world, this.store, this.requests);
    if (everyVerb) this.askAtAnyMoment();
  }

  run(): Run {
    const { world, store } = this;
    world.after(0, () => store.claim());
    if (world.chance(world.weather.verb))
      world.after(world.random() * 5_000, () => this.requests.ask(world.chance(0.6) ? 'cancel' : 'pause'));
    for (let events = 0; !isEnded(store.position.state) || !world.quiet; events += 1) {
      const { state } = store.position;
      if (events > mostEvents) return this.report(`no end after ${mostEvents} events; ${state}`);
      if (events === stormyEvents) world.weather = calmed(world.weather);
      if (world.next()) continue;
      if (!isParked(state)) return this.report(`stands still in ${state}`);
      world.weather = calmed(world.weather);
      const offered = possibleVerbs(store.position);
      const verb = this.helping(offered);
      if (!offered.includes(verb)) return this.report(`parked without ${verb}`);
      this.requests.ask(verb);
    }
    this.requests.judgeEnd();
    world.problems.push(
      ...judgeEnd(store.position, world.target),
      ...judgeIrreversible(store.position, world.target),
      ...judgeAsked(store.position, this.requests.results),
    );
    return this.report(null);
  }

  /** Two at the same moment now and then; most of them meet an operation that they do not fit. */
  private askAtAnyMoment(): void {
    const { world } = this;
    const requests = 1 + Math.floor(world.random() * 12);
    for (let n = 0; n < requests; n += 1) {
      const atMs = world.random() * 4_000;
      const rivals = world.chance(0.3) ? 2 : 1;
      for (let rival = 0; rival < rivals; rival += 1) {
        const verb = world.oneOf(verbs) ?? 'pause';
        // What a task is reported with is the person's to say.
        if (verb !== 'complete-task') world.after(atMs, () => this.requests.ask(verb));
      }
    }
  }

  /** Whatever helps: a paused one goes on or is turned round, one that needs attention is tried again or turned round. */
  private helping(offered: readonly Verb[]): Verb {
    const { world } = this;
    if (world.weather.everyVerb > 0 && world.chance(0.5)) return world.oneOf(offered) ?? 'retry';
    if (offered.includes('approve')) return 'approve';
    if (offered.includes('reschedule') && this.store.position.state === 'needs-attention')
      return 'reschedule';
    if (offered.includes('compensate') && world.chance(0.3)) return 'compensate';
    return offered.includes('resume') ? 'resume' : 'retry';
  }

  private report(problem: string | null): Run {
    const { problems, history, target } = this.world;
    if (problem !== null) problems.push(problem);
    const { state } = this.store.position;
    const irreversible = target.irreversibleLanded;
    return { seed: this.seed, state, verbs: this.requests.results, irreversible, problems, history };
  }
}
