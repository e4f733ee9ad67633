import { describe, expect, it } from 'vitest';
import type { PlannedAction } from '../../saga/action.js';
import { namedBefores, unseenBefore } from './unseen-before.js';

const action = (
  kind: PlannedAction['kind'],
  dbid: number,
  before: PlannedAction['before'],
): PlannedAction => ({
  kind,
  object: { type: 9, name: `server ${dbid}`, dbid },
  before,
  after: 'after',
  stage: 1,
});

describe('A before-image that nobody but a person sees', () => {
  it('is known after its own action, and what is known stays', () => {
    const actions = [action('grant', 1, null), action('revoke', 2, unseenBefore)];
    expect(namedBefores(actions, 'unlink').map(({ before }) => before)).toEqual([
      null,
      { knownAfter: 'unlink/2' },
    ]);
  });

  it('of a stop decides whether the server is started again, where it is left as it was found', () => {
    const actions = [
      action('stop', 1, unseenBefore),
      action('start', 2, 'stopped'),
      action('start', 1, 'stopped'),
    ];
    const only = (asFound: boolean) => namedBefores(actions, 's', { asFound }).map((one) => one.onlyIfOurs);
    expect(only(true)).toEqual([undefined, undefined, 1]);
    expect(only(false)).toEqual([undefined, undefined, undefined]);
  });

  it('does not ask about a server that was seen to run', () => {
    const actions = [action('stop', 1, 'running'), action('start', 1, 'stopped')];
    expect(namedBefores(actions, 's', { asFound: true })[1]?.onlyIfOurs).toBeUndefined();
  });
});
