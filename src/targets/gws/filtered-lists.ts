import type { Call } from '../../saga/call.js';
import { ParameterRefused } from './answer.js';
import { queryOf } from './filter.js';
import type { GwsReader, Take } from './gws-reader.js';
import type { Term } from './kinds/kind.js';

type Condition = Pick<Term<never>, 'key' | 'value'>;

/** Values that no platform can find fault with: when one of these is refused, it is the key that is not known. */
const isPlain = ({ value }: Condition): boolean => typeof value === 'number' || /^[A-Za-z0-9 ]+$/.test(value);

/**
 * Lists by filter. Which keys a class has is documented, what a platform does about one that it does not know is not:
 * where it refuses, the whole list is asked for. What comes back is never believed: `take` looks at every item.
 */
export class FilteredLists {
  private readonly refused = new Set<string>();

  constructor(private readonly reader: GwsReader) {}

  /** @param take keeps what meets all conditions and nothing else */
  async list<T>(
    call: Call,
    collection: string,
    conditions: readonly Condition[],
    what: string,
    take: Take<T>,
  ): Promise<readonly T[]> {
    const query = queryOf(conditions);
    const keys = `${collection}?${conditions.map(({ key }) => key).join('&')}`;
    const all = (): Promise<readonly T[]> => this.reader.list(call, collection, '', what, take);
    if (query === '' || this.refused.has(keys)) return all();
    try {
      return await this.reader.list(call, collection, query, what, take);
    } catch (error) {
      if (!(error instanceof ParameterRefused)) throw error;
      const found = await all();
      if (conditions.every(isPlain)) this.refused.add(keys);
      return found;
    }
  }
}
