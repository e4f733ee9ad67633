import { Module } from '@nestjs/common';
import { Retention } from './retention/retention.js';
import { DriftWatch } from './verification/drift-watch.js';

/** What goes on although nobody asks: in the processes that carry operations on, not in those that answer. */
@Module({ providers: [Retention, DriftWatch], exports: [DriftWatch] })
export class BackgroundModule {}
