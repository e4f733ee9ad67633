import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IgnoreRule } from '../../config/ignore-rules.js';
import type { Finding } from '../../saga/action.js';
import { matchesPattern, withoutIgnoredFindings } from './ignored.js';

const warning = (changes: Partial<Finding> = {}): Finding => ({
  severity: 'warning',
  code: 'shared-reader',
  detail: '',
  object: { type: 21, name: 'SYSTEM', dbid: 98 },
  ...changes,
});
const isIgnored = (rule: Partial<IgnoreRule>, finding = warning(), place = {}): boolean =>
  withoutIgnoredFindings([finding], [{ code: 'shared-reader', reason: 'known', ...rule }], {
    tenant: 'Environment',
    key: 'retail',
    nowMs: Date.parse('2026-12-01T00:00:00Z'),
    ...place,
  }).kept.length === 0;

describe('a rule', () => {
  it.each<[Partial<IgnoreRule>, boolean]>([
    [{}, true],
    [{ code: 'orphan' }, false],
    [{ object: { type: 21 } }, true],
    [{ object: { type: 3 } }, false],
    [{ object: { name: 'SYS*' } }, true],
    [{ object: { type: 21, name: 'EVERYONE' } }, false],
    [{ tenant: 'Env*' }, true],
    [{ tenant: 'Branch' }, false],
    [{ key: 'retail' }, true],
    [{ key: 'claims-*' }, false],
    [{ until: '2026-12-01T00:00:01Z' }, true],
    [{ until: '2026-12-01T00:00:00Z' }, false],
    [{ until: '2026-12-01T01:00:00+02:00' }, false],
  ])('%o ignores it: %s', (rule, expected) => {
    expect(isIgnored(rule)).toBe(expected);
  });

  it('never ignores an error', () => {
    expect(isIgnored({}, warning({ severity: 'error' }))).toBe(false);
  });

  it('for one solution says nothing about the whole tenant', () => {
    expect(isIgnored({ key: '*' }, warning(), { key: undefined })).toBe(false);
  });

  it('by object does not fit what names none', () => {
    expect(isIgnored({ object: { name: '*' } }, warning({ object: null }))).toBe(false);
    expect(isIgnored({}, warning({ object: null }))).toBe(true);
  });
});

describe('a pattern', () => {
  it.each([
    ['*', '', true],
    ['*', 'anything\nat all', true],
    ['a*c', 'abc', true],
    ['a*c', 'ac', true],
    ['a*c', 'acd', false],
    ['ab*ba', 'aba', false],
    ['a*b*c', 'a-c-b', false],
    ['a.c', 'abc', false],
    ['a\\*', 'a\\b', true],
    ['Retail', 'retail', false],
  ])('%j matches %j: %s', (pattern, text, expected) => {
    expect(matchesPattern(pattern, text)).toBe(expected);
  });

  it('matches what is put together from its parts', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom('a', 'b') })),
        fc.array(fc.string()),
        (parts, between) => {
          const text = parts.map((part, i) => (i === 0 ? part : `${between[i] ?? ''}${part}`)).join('');
          expect(matchesPattern(parts.join('*'), text)).toBe(true);
        },
      ),
    );
  });

  it('takes no longer on a name that is made for it', () => {
    const began = performance.now();
    expect(matchesPattern(`${'a*'.repeat(120)}b`, 'a'.repeat(100_000))).toBe(false);
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});
