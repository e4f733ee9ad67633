// The calls of one saga, the same for every engine. `once`: each of the four steps is one write that the target compares
// itself (what was there goes along); `reading`: each is a read and a write. One that is undone is refused at its fourth
// write, and its three earlier steps are taken back, last first.
import { Pool } from 'undici';

export const stepCount = 4;

export class Refused extends Error {}

export function makeCalls(origin, { reading }) {
  const pool = new Pool(origin, { connections: 128, pipelining: 1, keepAliveTimeout: 60_000 });
  const headers = { 'content-type': 'application/json' };

  async function read(key) {
    const { body } = await pool.request({ method: 'GET', path: `/${key}` });
    return body.json();
  }

  async function write(key, from, to) {
    const { statusCode, body } = await pool.request({
      method: 'POST',
      path: `/${key}`,
      headers,
      body: JSON.stringify({ from, to }),
    });
    await body.json();
    if (statusCode === 409) throw new Refused('told to refuse');
    if (statusCode !== 200) throw new Error(`the target answered ${statusCode}`);
  }

  return {
    reading,
    read,
    write,
    async apply(saga, step, undone) {
      const key = `${saga}-${step}`;
      if (reading) await read(key);
      await write(key, null, undone && step === stepCount ? 'refuse' : 'done');
    },
    async revert(saga, step) {
      const key = `${saga}-${step}`;
      if (reading) await read(key);
      await write(key, 'done', null);
    },
    close: () => pool.close(),
  };
}
