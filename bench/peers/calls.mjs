// The calls of one saga, the same for every engine: each of the four steps reads and writes once; one that is undone is
// refused at its fourth write, and its three earlier steps read and write once more each, last first.
import { Pool } from 'undici';

export const stepCount = 4;

export class Refused extends Error {}

export function makeCalls(origin) {
  const pool = new Pool(origin, { connections: 128, pipelining: 1, keepAliveTimeout: 60_000 });
  const headers = { 'content-type': 'application/json' };

  async function read(key) {
    const { body } = await pool.request({ method: 'GET', path: `/${key}` });
    return body.json();
  }

  async function write(key, value) {
    const { statusCode, body } = await pool.request({
      method: 'POST',
      path: `/${key}`,
      headers,
      body: JSON.stringify(value),
    });
    await body.json();
    if (statusCode === 409) throw new Refused('told to refuse');
    if (statusCode !== 200) throw new Error(`the target answered ${statusCode}`);
  }

  return {
    read,
    write,
    async apply(saga, step, undone) {
      const key = `${saga}-${step}`;
      await read(key);
      await write(key, undone && step === stepCount ? 'refuse' : 'done');
    },
    async revert(saga, step) {
      const key = `${saga}-${step}`;
      await read(key);
      await write(key, null);
    },
    close: () => pool.close(),
  };
}
