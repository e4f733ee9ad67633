import { describe, expect, it } from 'vitest';
import { conventions } from '../../../test/targets/stub-target.js';
import { CallError } from '../../saga/call-error.js';
import type { HttpAnswer, HttpRequest } from '../http/message.js';
import { outcomeOf, ParameterRefused } from './answer.js';

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

const inWords = (words: string): HttpAnswer =>
  json(500, { statusCode: 4, statusMessage: `Platform exception: ${words}` });

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
    [
      'a name that is taken, in words only',
      inWords('Uniqueness constraint violated'),
      'conflict',
      'conflict',
    ],
    ['no object, in words only', inWords('Object not found'), 'absent certain', 'absent certain'],
    [
      'no object for the delta, in words only',
      inWords('No object found for the delta [CfgSkillUpdate], DBID [7]'),
      'absent certain',
      'absent certain',
    ],
    ['another failure, in words only', inWords('Not connected'), 'unknown', 'transient'],
    ['a method that is not allowed', json(405, { statusCode: 3 }), 'invalid', 'invalid'],
    [
      'success after a byte order mark',
      { status: 200, headers: {}, text: '\uFEFF{"statusCode":0}' },
      'ok',
      'ok',
    ],
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

  it('tells a parameter that was not taken from other refusals', () => {
    const refused = (answer: HttpAnswer): unknown => {
      try {
        return outcomeOf(request(false), answer, conventions, 0);
      } catch (error) {
        return error instanceof ParameterRefused;
      }
    };
    const parameter = [json(400, { statusCode: 2 }), json(500, { statusCode: 1 }), html(400)];
    const other = [json(403, { statusCode: 5 }), json(400, { statusCode: 3 }), failed(code(201)), html(403)];
    expect(parameter.map(refused)).toEqual([true, true, true]);
    expect(other.map(refused)).toEqual([false, false, false, false]);
  });

  it('asks for the feature where a change is forbidden as such', () => {
    for (const answer of [json(405, {}), json(200, { statusCode: 3 })])
      expect(() => outcomeOf(request(true), answer, conventions, 0)).toThrow(
        'api-platform-configuration-write',
      );
  });

  it('puts what the target says into one line, not an endless one', () => {
    const said = json(400, { statusCode: 2, statusMessage: `a\r\nINFO forged\u2028${'x'.repeat(9_999)}` });
    let detail = '';
    try {
      outcomeOf(request(true), said, conventions, 0);
    } catch (error) {
      detail = (error as CallError).detail;
    }
    expect(detail).toMatch(/^doing it: a INFO forged x+… \(HTTP 400, statusCode 2\)$/);
    expect(detail.length).toBeLessThan(600);
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
