import { describe, expect, it } from 'vitest';
import { AppError } from '../errors.js';
import { asUnavailable, isConnectionLost, isUniqueViolation, spoilsSession, unreachable } from './errors.js';

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
    expect(isConnectionLost(asUnavailable(withCode('53100')))).toBe(true);
    expect(isConnectionLost(new AppError('unavailable', 'paused'))).toBe(false);
  });
});

describe('asUnavailable', () => {
  it.each([
    ['53100', 'database-full'],
    ['25006', 'database-read-only'],
    ['53300', 'database-overloaded'],
    ['53200', 'database-overloaded'],
    ['57014', 'database-overloaded'],
    ['55P03', 'database-overloaded'],
    ['57P03', 'unavailable'],
    ['57P05', 'unavailable'],
    ['28P01', 'unavailable'],
    ['42501', 'unavailable'],
    ['ECONNREFUSED', 'unavailable'],
  ])('calls %s %s, to be asked again later, and keeps what the driver said', (state, code) => {
    const error = withCode(state);
    const known = asUnavailable(error);
    expect(known).toMatchObject({ code, kind: 'unavailable', cause: error });
    expect((known as AppError).retryAfterMs).toBeGreaterThan(0);
  });

  it('calls a pool without a free session overloaded, and a server that says nothing unavailable', () => {
    expect(asUnavailable(new Error('timeout exceeded when trying to connect'))).toMatchObject({
      code: 'database-overloaded',
    });
    expect(asUnavailable(new Error('Query read timeout'))).toMatchObject({ code: 'unavailable' });
  });
});

it('gives up the session that stands on a read-only server, or still waits for an answer', () => {
  const errors = [withCode('25006'), new Error('Query read timeout'), withCode('57014'), undefined];
  expect(errors.map(spoilsSession)).toEqual([true, true, false, false]);
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
