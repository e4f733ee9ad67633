/** What cannot be understood; `reasonCode` is stable, `reason` is for a person. */
export interface Unreadable {
  readonly reasonCode: string;
  readonly reason: string;
}

export class NotReadable extends Error implements Unreadable {
  constructor(
    readonly reasonCode: string,
    readonly reason: string,
  ) {
    super(reason);
  }
}
