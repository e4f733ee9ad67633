import { describe, expect, it } from 'vitest';
import { conventions } from '../../../test/targets/stub-target.js';
import { CallError } from '../../saga/call-error.js';
import type { HttpAnswer, HttpRequest } from '../http/message.js';
import { outcomeOf } from './answer.js';

const request = (effect: boolean): HttpRequest => ({
  method: effect ? 'POST' : 'GET',
  origin: 'http://gws',
  path: '/x',
  headers: {},
  effect,
  what: 'doing it',
});
const json = (status: number, body: unknown, headers: HttpAnswer['headers'] = {}): HttpAnswer => ({
  status,
  headers,
  text: JSON.stringify(body),
});
const html = (status: number): HttpAnswer => ({
  status,
  headers: { 'content-type': 'text/html' },
  text: '<html>',
});

function verdict(effect: boolean, answer: HttpAnswer): string {
  try {
    const outcome = outcomeOf(request(effect), answer, conventions, 0);
    return outcome.outcome === 'absent' ? `absent ${outcome.certain ? 'certain' : 'uncertain'}` : 'ok';
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    return error.errorClass;
  }
}

const code = (errorType: number, objectType = 21): number => (0x59 << 16) | (objectType << 8) | errorType;
const failed = (platformCode: unknown): HttpAnswer =>
  json(500, { statusCode: 4, statusMessage: 'Platform exception: …', platformCode });

describe('an answer of Genesys Web Services', () => {
  it.each<[string, HttpAnswer, string, string]>([
    ['success', json(200, { statusCode: 0, id: '105' }), 'ok', 'ok'],
    ['success with a textual status', json(200, { statusCode: '0' }), 'ok', 'ok'],
    ['a name that is taken (the code that was seen)', failed(5836044), 'conflict', 'conflict'],
    ['a name that is taken, code as text', failed('5836044'), 'conflict', 'conflict'],
    ['no object for the delta', failed(10), 'absent certain', 'absent certain'],
    ['404 with the envelope', json(404, { statusCode: 6 }), 'absent uncertain', 'absent uncertain'],
    ['404 of something else', html(404), 'absent uncertain', 'absent uncertain'],
    ['no permission by code', failed(code(201)), 'invalid', 'invalid'],
    ['in use', failed(code(202, 3)), 'invalid', 'transient'],
    ['another refusal of Configuration Server', failed(code(33)), 'invalid', 'transient'],
    ['no permission by status', json(403, { statusCode: 5 }), 'invalid', 'invalid'],
    ['a parameter missing', json(400, { statusCode: 1 }), 'invalid', 'invalid'],
    ['a parameter not valid', json(500, { statusCode: 2 }), 'invalid', 'invalid'],
    ['forbidden', json(200, { statusCode: 3 }), 'invalid', 'invalid'],
    ['an internal error without a code', json(500, { statusCode: 4 }), 'unknown', 'transient'],
    ['an error page', html(500), 'unknown', 'transient'],
    ['success without the envelope', html(200), 'unknown', 'transient'],
    ['success of something else', json(200, { hello: 1 }), 'unknown', 'transient'],
    ['a list where the envelope should be', json(200, []), 'unknown', 'transient'],
    ['too many calls', json(429, {}, { 'retry-after': '2' }), 'throttled', 'throttled'],
    [
      'unavailable for a named time',
      { ...html(503), headers: { 'retry-after': '2' } },
      'target-down',
      'target-down',
    ],
    ['unavailable, maybe after it was passed on', html(503), 'unknown', 'target-down'],
    ['a gateway without its server', html(502), 'unknown', 'target-down'],
    ['credentials not accepted', html(401), 'auth', 'auth'],
    ['not allowed by something in between', html(403), 'invalid', 'invalid'],
  ])('%s', (_, answer, forEffect, forRead) => {
    expect([verdict(true, answer), verdict(false, answer)]).toEqual([forEffect, forRead]);
  });

  it('carries Retry-After in ms and names the code in the detail', () => {
    const throttled = json(429, {}, { 'retry-after': '7' });
    expect(() => outcomeOf(request(true), throttled, conventions, 0)).toThrow(
      expect.objectContaining({ options: { platform: 'HTTP 429', retryAfterMs: 7_000 } }),
    );
    expect(() => outcomeOf(request(true), failed(5836044), conventions, 0)).toThrow(
      'doing it: Platform exception: … (platformCode 5836044: error type 12, object type 13, property 89)',
    );
  });
});
