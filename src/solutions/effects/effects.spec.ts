import { describe, expect, it } from 'vitest';
import { world } from '../testing/world.js';
import { effects } from './effects.js';

const kinds = [
  'create',
  'update',
  'delete',
  'grant',
  'revoke',
  'add-member',
  'remove-member',
  'set-account',
  'stop',
  'start',
  'switch-over',
] as const;

describe('effects', () => {
  it('answer for each kind of action and type of object at most once', () => {
    const all = effects.map((effect) => new effect(world().targets));
    const table = kinds.flatMap((kind) =>
      [3, 7, 9, 10, 12, 21, 22, 35].flatMap((type) =>
        all.filter((effect) => effect.handles(kind, type)).map(() => `${kind} ${type}`),
      ),
    );
    expect(table).toEqual([
      'create 3',
      'create 21',
      'update 3',
      'update 21',
      'delete 3',
      'delete 21',
      'grant 9',
      'grant 12',
      'revoke 9',
      'revoke 12',
      'add-member 21',
      'remove-member 21',
      'set-account 9',
      'stop 9',
      'start 9',
      'switch-over 9',
    ]);
  });
});
