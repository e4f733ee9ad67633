import { describe, expect, it } from 'vitest';
import type { Call } from '../../saga/call.js';
import { newLook, reading } from '../../saga/call.js';
import { rememberedRights } from './remembered-rights.js';
import { remembering } from './remembering.js';

class Port {
  readonly asked: string[] = [];
  private failures = 0;

  failNext(): void {
    this.failures++;
  }
  async find(_call: Call, kind: string, filter: object): Promise<string[]> {
    this.asked.push(`find ${kind} ${JSON.stringify(filter)}`);
    await Promise.resolve();
    if (this.failures-- > 0) throw new Error('down');
    return [kind];
  }
  delete(_call: Call, kind: string): Promise<void> {
    this.asked.push(`delete ${kind}`);
    return Promise.resolve();
  }
}

function world() {
  const port = new Port();
  return { port, remembered: remembering('lab', port, ['find']) };
}

describe('a port under a look', () => {
  it('asks each question once, also while the first answer is on its way', async () => {
    const { port, remembered } = world();
    const look = newLook();
    const answers = await Promise.all([
      remembered.find(look, 'script', { tenant: 1 }),
      remembered.find(look, 'script', { tenant: 1 }),
      remembered.find(look, 'script', { tenant: 2 }),
    ]);
    expect(answers).toEqual([['script'], ['script'], ['script']]);
    await remembered.find(look, 'script', { tenant: 1 });
    expect(port.asked).toEqual(['find script {"tenant":1}', 'find script {"tenant":2}']);
  });

  it('asks again in the next look, and always without one', async () => {
    const { port, remembered } = world();
    for (const call of [newLook(), newLook(), reading, reading]) await remembered.find(call, 'host', {});
    expect(port.asked).toHaveLength(4);
  });

  it('forgets a question that failed', async () => {
    const { port, remembered } = world();
    const look = newLook();
    port.failNext();
    await expect(remembered.find(look, 'host', {})).rejects.toThrow('down');
    expect(await remembered.find(look, 'host', {})).toEqual(['host']);
  });

  it('never remembers an effect', async () => {
    const { port, remembered } = world();
    const look = newLook();
    await remembered.delete(look, 'person');
    await remembered.delete(look, 'person');
    expect(port.asked).toEqual(['delete person', 'delete person']);
  });

  it('keeps the answers of two channels apart', async () => {
    const port = new Port();
    const look = newLook();
    await remembering('lab', port, ['find']).find(look, 'host', {});
    await remembering('live', port, ['find']).find(look, 'host', {});
    expect(port.asked).toHaveLength(2);
  });
});

describe('rights under a look', () => {
  const objects = (...dbids: number[]) => dbids.map((dbid) => ({ type: 12, dbid }));
  const account = (dbid: number) => ({ type: 3, dbid });

  it('are asked for as far as they are not known, and come in the order asked', async () => {
    const asked: string[] = [];
    const rights = rememberedRights('lab', (_call, { dbid }, of) => {
      asked.push(`${dbid}: ${of.map((one) => one.dbid).join(' ')}`);
      return Promise.resolve(of.map((one) => (one.dbid === 3 ? null : one.dbid)));
    });
    const look = newLook();
    expect(await rights(look, account(1), objects(1, 2))).toEqual([1, 2]);
    expect(await rights(look, account(1), objects(3, 2, 1))).toEqual([null, 2, 1]);
    expect(await rights(look, account(1), objects(2, 3))).toEqual([2, null]);
    expect(await rights(look, account(2), objects(1))).toEqual([1]);
    expect(asked).toEqual(['1: 1 2', '1: 3', '2: 1']);
  });
});
