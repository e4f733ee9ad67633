import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { AppError } from '../../errors.js';
import type { Caller } from '../../http/caller.js';
import { pauseView } from '../pauses/pause.js';
import { Pauses } from '../pauses/pauses.js';
import { WorkersSeen } from '../pauses/workers-seen.js';
import { Targets } from '../ports/target.js';
import { TargetProbe } from '../target-probe.js';
import { breakerView } from './breaker-view.js';
import { targetView, type TargetView } from './target-view.js';
import type { Page } from './page.js';

const sees = ({ scopes }: Caller, name: string): boolean =>
  scopes.some(({ target }) => target === '*' || target === name);

/** @throws AppError `not-found`, `forbidden` */
export function knownTarget(targets: Targets, name: string, caller: Caller): void {
  if (!targets.names().includes(name)) {
    throw new AppError('not-found', `There is no target ${JSON.stringify(name.slice(0, 64))}.`);
  }
  if (!sees(caller, name))
    throw new AppError('forbidden', `${caller.name} has no scope on target "${name}".`);
}

/** The configured targets that the caller has to do with; each is asked for its health. */
export class ListTargetsQuery extends Query<Page<TargetView>> {
  constructor(readonly caller: Caller) {
    super();
  }
}

@QueryHandler(ListTargetsQuery)
export class ListTargetsHandler implements IQueryHandler<ListTargetsQuery> {
  constructor(
    private readonly targets: Targets,
    private readonly probe: TargetProbe,
    private readonly pauses: Pauses,
    private readonly workers: WorkersSeen,
  ) {}

  async execute({ caller }: ListTargetsQuery): Promise<Page<TargetView>> {
    const names = this.targets.names().filter((name) => sees(caller, name));
    const views = names.map((name) => viewOf(name, this.targets, this.probe, this.pauses, this.workers));
    return { items: await Promise.all(views), next: null };
  }
}

export class GetTargetQuery extends Query<TargetView> {
  constructor(
    readonly name: string,
    readonly caller: Caller,
  ) {
    super();
  }
}

@QueryHandler(GetTargetQuery)
export class GetTargetHandler implements IQueryHandler<GetTargetQuery> {
  constructor(
    private readonly targets: Targets,
    private readonly probe: TargetProbe,
    private readonly pauses: Pauses,
    private readonly workers: WorkersSeen,
  ) {}

  async execute({ name, caller }: GetTargetQuery): Promise<TargetView> {
    knownTarget(this.targets, name, caller);
    return viewOf(name, this.targets, this.probe, this.pauses, this.workers);
  }
}

async function viewOf(
  name: string,
  targets: Targets,
  probe: TargetProbe,
  pauses: Pauses,
  workers: WorkersSeen,
): Promise<TargetView> {
  const health = await probe.probe(name);
  // Read after asking: the view is of one moment.
  const breaker = breakerView(workers.breakersOf(name, probe.breakers(name)));
  return targetView(targets.get(name).config, health, breaker, pauseView(pauses.of(name)));
}
