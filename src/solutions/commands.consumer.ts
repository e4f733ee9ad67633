import type { OnApplicationBootstrap } from '@nestjs/common';
import { Injectable } from '@nestjs/common';
import { CommandInbox } from '../messaging/incoming-command.js';
import { Messaging } from '../messaging/messaging.js';

/** Commands from the broker. Messaging stops reading them in the first hook of a shutdown. */
@Injectable()
export class CommandsConsumer implements OnApplicationBootstrap {
  constructor(
    private readonly messaging: Messaging,
    private readonly inbox: CommandInbox,
  ) {}

  onApplicationBootstrap(): void {
    this.messaging.consume(this.inbox);
  }
}
