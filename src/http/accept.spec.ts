import { describe, expect, it } from 'vitest';
import { AppError } from '../errors.js';
import { preferred } from './accept.js';

const offered = ['application/json', 'text/html', 'text/csv'] as const;
const asked = (accept: string | undefined) => preferred(accept, offered);

describe('the form of an answer', () => {
  it.each([
    [undefined, 'application/json'],
    ['', 'application/json'],
    ['*/*', 'application/json'],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'text/html'],
    ['text/csv', 'text/csv'],
    ['TEXT/CSV; charset=utf-8', 'text/csv'],
    ['text/*', 'text/html'],
    ['text/html;q=0.2, text/csv;q=0.3', 'text/csv'],
    ['application/json;q=0, */*;q=0.1', 'text/html'],
    ['application/pdf, text/csv;q=0.1', 'text/csv'],
  ])('of Accept %s is %s', (accept, type) => {
    expect(asked(accept)).toBe(type);
  });

  it.each(['application/pdf', 'text/html;q=0', 'text/html;q=nonsense', ';;,', 'text/html;q=2'])(
    'is refused for %s, with what is offered',
    (accept) => {
      expect(() => asked(accept)).toThrow(AppError);
      expect(() => asked(accept)).toThrow('application/json, text/html, text/csv');
    },
  );
});
