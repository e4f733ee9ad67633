import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { PinoLogger } from 'nestjs-pino';
import { Database } from '../../database/database.js';
import { allow, type Caller } from '../../http/caller.js';
import { everything, pauseView, type PauseVerb, type PauseView } from '../pauses/pause.js';
import { Pauses } from '../pauses/pauses.js';
import { pause, resume } from '../pauses/pauses.sql.js';
import { Targets } from '../ports/target.js';
import { knownTarget } from '../queries/targets.query.js';

export interface PauseToChange {
  /** A target's name, or `everything`. */
  readonly target: string;
  readonly verb: PauseVerb;
  readonly reason: string;
  readonly caller: Caller;
}

/** Pauses a target, or the whole service, for all processes until somebody resumes it. Answers the pause as it stands. */
export class PauseTargetCommand extends Command<PauseView> {
  constructor(readonly asked: PauseToChange) {
    super();
  }
}

@CommandHandler(PauseTargetCommand)
export class PauseTargetHandler implements ICommandHandler<PauseTargetCommand> {
  constructor(
    private readonly database: Database,
    private readonly targets: Targets,
    private readonly pauses: Pauses,
    private readonly logger: PinoLogger,
  ) {}

  async execute({ asked: { target, verb, reason, caller } }: PauseTargetCommand): Promise<PauseView> {
    if (target === everything) allow(caller, 'admin', { target: '*', tenant: '*' });
    else {
      knownTarget(this.targets, target, caller);
      // It concerns every tenant of the target.
      allow(caller, 'operator', { target, tenant: '*' });
    }
    const change = { target, actor: caller.name, reason };
    const changed = await (verb === 'pause' ? pause : resume)(this.database, change);
    await this.pauses.refresh();
    if (changed) {
      this.pauses.wakeAll();
      this.logger.info({ target, verb, by: caller.name, reason }, verb === 'pause' ? 'paused' : 'resumed');
    }
    return pauseView(this.pauses.of(target));
  }
}
