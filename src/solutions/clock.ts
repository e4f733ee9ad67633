/** The wall clock, for what people read; whatever is compared with a lease or a due time uses the database's. */
export abstract class Clock {
  abstract now(): Date;
}

export class SystemClock extends Clock {
  override now(): Date {
    return new Date();
  }
}
