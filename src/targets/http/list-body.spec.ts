import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ListBody } from './list-body.js';

function read(text: string, name = 'scripts', size = text.length): { items: unknown[]; rest: string } {
  const items: unknown[] = [];
  const body = new ListBody(name, (item) => items.push(item));
  const bytes = Buffer.from(text, 'utf8');
  for (let at = 0; at < bytes.length; at += size) body.write(bytes.subarray(at, at + size));
  return { items, rest: body.end() };
}

describe('ListBody', () => {
  it('hands over each item and leaves an empty list in its place', () => {
    const { items, rest } = read('{"statusCode":0,"scripts":[{"a":[1,2]},{"b":"],["}],"x":[3]}');
    expect(items).toEqual([{ a: [1, 2] }, { b: '],[' }]);
    expect(JSON.parse(rest)).toEqual({ statusCode: 0, scripts: [], x: [3] });
  });

  it('leaves a bare object, a list of another name and a list deeper down where they are', () => {
    const text = '{"scripts":{"DBID":"1","scripts":[1]},"skills":[{"scripts":[2]}]}';
    expect(read(text)).toEqual({ items: [], rest: text });
  });

  it('takes apart whatever JSON there is, cut anywhere', () => {
    const item = fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary' }));
    const answer = fc.record({ before: fc.jsonValue(), scripts: fc.array(item), after: fc.jsonValue() });
    fc.assert(
      fc.property(answer, fc.integer({ min: 1, max: 40 }), fc.boolean(), (body, size, pretty) => {
        const { items, rest } = read(JSON.stringify(body, null, pretty ? 2 : 0), 'scripts', size);
        expect(JSON.stringify(items)).toBe(JSON.stringify(body.scripts));
        expect(JSON.stringify(JSON.parse(rest))).toBe(JSON.stringify({ ...body, scripts: [] }));
      }),
      { numRuns: 400 },
    );
  });

  it('gives an answer that is no JSON at all back as it came', () => {
    expect(read('<html>"[{</html>').rest).toBe('<html>"[{</html>');
  });

  it('does not pass over an item that is not JSON', () => {
    expect(() => read('{"scripts":[{"a":1},{a:2}]}')).toThrow(SyntaxError);
  });

  it('holds no more than an item at a time, and refuses one without an end', () => {
    let count = 0;
    const endless = new ListBody('scripts', () => (count += 1));
    endless.write(Buffer.from('{"scripts":['));
    const megabyte = Buffer.from(`{"a":"${'x'.repeat(1024 * 1024)}"},`);
    for (let i = 0; i < 40; i += 1) endless.write(megabyte);
    expect(count).toBe(40);
    const spaces = Buffer.alloc(1024 * 1024, ' ');
    expect(() => {
      for (let i = 0; i < 40; i += 1) endless.write(spaces);
    }).toThrow(RangeError);
  });
});
