import { describe, expect, it } from 'vitest';
import { CallError } from '../../saga/call-error.js';
import type { HttpAnswer, HttpRequest } from '../http/message.js';
import { outcomeOf } from './answer.js';

const request = (effect: boolean): HttpRequest => ({
  method: effect ? 'PUT' : 'GET',
  origin: 'http://bridge',
  path: '/v1/x',
  headers: {},
  effect,
  what: 'doing it',
});
const error = (status: number, over: object = {}, headers: HttpAnswer['headers'] = {}): HttpAnswer => ({
  status,
  headers,
  text: JSON.stringify({ errorType: 0, objectType: 9, objectProperty: 0, message: 'no', ...over }),
});
const page = (status: number): HttpAnswer => ({ status, headers: {}, text: '<html>' });

function verdict(effect: boolean, answer: HttpAnswer): string {
  try {
    return outcomeOf(request(effect), answer, 0).outcome;
  } catch (failure) {
    if (!(failure instanceof CallError)) throw failure;
    return failure.errorClass;
  }
}

describe('an answer of the bridge', () => {
  it.each<[string, HttpAnswer, string, string]>([
    ['success', { status: 202, headers: {}, text: '{"status":5}' }, 'ok', 'ok'],
    ['success without a body', { status: 204, headers: {}, text: '' }, 'ok', 'ok'],
    ['malformed', error(400), 'invalid', 'invalid'],
    ['token', error(401), 'auth', 'auth'],
    ['no permission', error(403), 'invalid', 'invalid'],
    ['no such object', error(404, { errorType: 10 }), 'absent', 'absent'],
    ['no such address', page(404), 'invalid', 'invalid'],
    ['refused by the platform', error(409), 'invalid', 'invalid'],
    ['application is not started', error(409, { scsError: 1 }), 'conflict', 'conflict'],
    ['application is not stopped', error(409, { scsError: 2 }), 'conflict', 'conflict'],
    ['already in progress', error(409, { scsError: 7 }), 'transient', 'transient'],
    ['application is not ready', error(409, { scsError: 3 }), 'transient', 'transient'],
    ['no agent on the host', error(409, { scsError: 6 }), 'transient', 'transient'],
    ['in progress, as a string', error(409, { scsError: '7' }), 'transient', 'transient'],
    ['the host cannot start it', error(409, { scsError: 8 }), 'invalid', 'invalid'],
    ['no such object, as a string', error(404, { errorType: '10' }), 'absent', 'absent'],
    ['hot-backup limitation', error(409, { scsError: 13 }), 'invalid', 'invalid'],
    ['changed since it was read', error(412), 'conflict', 'conflict'],
    ['changed since it was read, without a document', page(412), 'conflict', 'conflict'],
    ['too many calls', page(429), 'throttled', 'throttled'],
    ['has lost its server', error(503, {}, { 'retry-after': '3' }), 'target-down', 'target-down'],
    ['has lost its server, no time named', error(503), 'target-down', 'target-down'],
    ['a proxy that lost the bridge', page(503), 'unknown', 'target-down'],
    ['broken', error(500), 'unknown', 'transient'],
    ['broken, without a document', page(500), 'unknown', 'transient'],
    ['success that is not JSON', page(200), 'unknown', 'transient'],
  ])('%s', (_, answer, forEffect, forRead) => {
    expect([verdict(true, answer), verdict(false, answer)]).toEqual([forEffect, forRead]);
  });

  it('says "no permission" by its status, whatever number the platform has for it', () => {
    expect(() => outcomeOf(request(true), error(403, { errorType: 77 }), 0)).toThrow(
      expect.objectContaining({ options: { platform: 'HTTP 403' } }),
    );
  });

  it('puts what the platform says into one line', () => {
    expect(() => outcomeOf(request(true), error(409, { message: 'no\r\nERROR forged' }), 0)).toThrow(
      'doing it: no ERROR forged (HTTP 409',
    );
  });

  it('carries Retry-After in ms and the code in the detail', () => {
    expect(() => outcomeOf(request(true), error(503, {}, { 'retry-after': '3' }), 0)).toThrow(
      expect.objectContaining({ options: { platform: 'HTTP 503', retryAfterMs: 3_000 } }),
    );
    expect(() => outcomeOf(request(true), error(409, { scsError: 7 }), 0)).toThrow(
      'doing it: no (HTTP 409, SCS error 7)',
    );
  });
});
