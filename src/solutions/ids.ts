import { v7 as uuidv7 } from 'uuid';

/** New ids: UUIDs of version 7, so that they sort by age and lists page by them. */
export abstract class Ids {
  abstract next(): string;
}

export class UuidV7Ids extends Ids {
  override next(): string {
    return uuidv7();
  }
}
