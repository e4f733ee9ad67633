import { describe, expect, it } from 'vitest';
import { AppError } from '../errors.js';
import { asUnavailable, isConnectionLost, isUniqueViolation, unreachable } from './errors.js';

const withCode = (code: string): Error => Object.assign(new Error('driver'), { code });

describe('isConnectionLost', () => {
  it.each(['ECONNREFUSED', 'ECONNRESET', '08006', '57P01', '57P03', '53300', '25006'])(
    'takes %s for a database that is away',
    (code) => {
      expect(isConnectionLost(withCode(code))).toBe(true);
    },
  );

  it.each(['23505', '40001', '57014', '42P01'])(
    'takes %s for an answer of a database that is there',
    (code) => {
      expect(isConnectionLost(withCode(code))).toBe(false);
    },
  );

  it('sees through the error of several addresses and through its own translation', () => {
    expect(isConnectionLost(new AggregateError([withCode('ECONNREFUSED'), withCode('ENETUNREACH')]))).toBe(
      true,
    );
    expect(isConnectionLost(asUnavailable(withCode('57P01')))).toBe(true);
    expect(isConnectionLost(new AppError('unavailable', 'paused'))).toBe(false);
  });
});

it('leaves an error that is not about the connection as it is', () => {
  const error = withCode('23505');
  expect(asUnavailable(error)).toBe(error);
});

it('tells unique violations apart by constraint', () => {
  const error = Object.assign(withCode('23505'), { constraint: 'claim_pk' });
  expect([
    isUniqueViolation(error),
    isUniqueViolation(error, 'claim_pk'),
    isUniqueViolation(error, 'plan_pk'),
  ]).toEqual([true, true, false]);
  expect(isUniqueViolation(undefined)).toBe(false);
});

it('names a database without its credentials', () => {
  expect(unreachable('postgres://u:secret@db.example:5432/x?password=secret', new Error('no')).message).toBe(
    'The database db.example:5432/x cannot be used: no. Check DATABASE_URL.',
  );
});
