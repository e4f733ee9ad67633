import { expect, it } from 'vitest';
import { within } from './within.js';

const scope = (target: string, tenant: string) => ({ target, tenant });
const [lab, live] = ['lab', 'live'];

it.each([
  ['everything', [scope('*', '*')], {}, { scopes: null }],
  ['everything of a target', [scope('*', '*')], { target: lab }, { target: lab, scopes: null }],
  ['a place', [scope(lab, '*')], { target: lab, tenant: 'a' }, { target: lab, tenant: 'a', scopes: null }],
  ['the one place there is', [scope(lab, 'a')], {}, { target: lab, tenant: 'a', scopes: null }],
  ['the one target there is', [scope(lab, '*')], {}, { target: lab, scopes: null }],
  [
    'the one that is asked for of several',
    [scope(lab, 'a'), scope(live, 'b')],
    { target: live },
    { target: live, tenant: 'b', scopes: null },
  ],
  [
    'two tenants of a target',
    [scope(lab, 'a'), scope(lab, 'b')],
    {},
    { target: lab, scopes: [scope(lab, 'a'), scope(lab, 'b')] },
  ],
  ['two places', [scope(lab, 'a'), scope(live, 'b')], {}, { scopes: [scope(lab, 'a'), scope(live, 'b')] }],
  [
    'a tenant on every target, and a target',
    [scope('*', 'a'), scope(lab, '*')],
    {},
    { scopes: [scope('*', 'a'), scope(lab, '*')] },
  ],
])('a list shows %s', (_, scopes, asked, expected) => {
  expect(within(scopes, asked)).toEqual({ target: undefined, tenant: undefined, ...expected });
});

it.each([
  ['another target', { target: live }],
  ['another tenant', { target: lab, tenant: 'b' }],
])('a list shows nothing of %s', (_, asked) => {
  expect(within([scope(lab, 'a'), scope(live, 'b')], { tenant: 'a', ...asked })).toBeNull();
});
