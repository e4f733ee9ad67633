import { FirstSchema1764000000000 } from './1764000000000-first-schema.js';
import { JsonAsWritten1764000001000 } from './1764000001000-json-as-written.js';
import { ClaimInTurn1764100000000 } from './1764100000000-claim-in-turn.js';
import { InboxFingerprint1764101000000 } from './1764101000000-inbox-fingerprint.js';
import { WorkerTimeline1764102000000 } from './1764102000000-worker-timeline.js';
import { EventWithoutKey1764103000000 } from './1764103000000-event-without-key.js';
import { ProgressInOneTable1764104000000 } from './1764104000000-progress-in-one-table.js';
import { Pauses1764104500000 } from './1764104500000-pauses.js';
import { Approval1764105000000 } from './1764105000000-approval.js';
import { Verification1764106000000 } from './1764106000000-verification.js';
import { Workforce1764107000000 } from './1764107000000-workforce.js';
import { Task1764110000000 } from './1764110000000-task.js';
import { PlanOfLater1764112000000 } from './1764112000000-plan-of-later.js';
import { InterruptionOfPlan1764113000000 } from './1764113000000-interruption-of-plan.js';
import { ListsByPlace1764114000000 } from './1764114000000-lists-by-place.js';
import { PlaceOfTask1764115000000 } from './1764115000000-place-of-task.js';

/** In order. A migration that has landed is never edited: add the next one. */
export const migrations = [
  FirstSchema1764000000000,
  JsonAsWritten1764000001000,
  ClaimInTurn1764100000000,
  InboxFingerprint1764101000000,
  WorkerTimeline1764102000000,
  EventWithoutKey1764103000000,
  ProgressInOneTable1764104000000,
  Pauses1764104500000,
  Approval1764105000000,
  Verification1764106000000,
  Workforce1764107000000,
  Task1764110000000,
  PlanOfLater1764112000000,
  InterruptionOfPlan1764113000000,
  ListsByPlace1764114000000,
  PlaceOfTask1764115000000,
];
