// Reads the feed, `GET /v1/events`, page by page.
import { setTimeout as delay } from 'node:timers/promises';

/** Seconds a request waits for the first event. */
const WAIT_SECONDS = 20;
const LIMIT = 500;

/**
 * @param {import('./report.mjs').Report} report
 * @param {{ url: string, headers: Record<string, string>, once: boolean, signal: AbortSignal, told: (fresh: number) => void }} options
 */
export async function readFeed(report, { url, headers, once, signal, told }) {
  const reader = `feed ${url}`;
  const get = (path) => patiently(() => fetch(new URL(path, url), { headers, signal }), signal);
  let after = await report.position(reader);
  for (;;) {
    const query = new URLSearchParams({ limit: LIMIT, wait: once ? 0 : WAIT_SECONDS });
    if (after !== undefined) query.set('after', after);
    const answer = await get(`/v1/events?${query}`);
    if (answer.status === 410) {
      // Away longer than events are kept: what was missed is in the operations, and the feed begins with what is kept.
      console.log('events were removed before they were read: reading the operations');
      await readOperations(report, get);
      after = undefined;
      continue;
    }
    const { events, next } = await bodyOf(answer);
    // Nothing new to write for a page without events; it would be written again and again.
    if (events.length > 0) told(await report.apply(events, { reader, cursor: next }));
    after = next;
    if (once && events.length === 0) return;
  }
}

async function readOperations(report, get) {
  for (let cursor = ''; cursor !== null;) {
    const query = new URLSearchParams({ limit: 100, ...(cursor === '' ? {} : { cursor }) });
    const { items, next } = await bodyOf(await get(`/v1/operations?${query}`));
    await report.catchUp(items);
    cursor = next;
  }
}

async function bodyOf(answer) {
  if (answer.ok) return answer.json();
  throw new Error(`${answer.url} answered ${answer.status}: ${await answer.text()}`);
}

/** A service that is away, or busy, is asked again. */
async function patiently(ask, signal) {
  for (let pauseMs = 250; ; pauseMs = Math.min(pauseMs * 2, 10_000)) {
    try {
      const answer = await ask();
      if (answer.status < 500 && answer.status !== 429) return answer;
      console.log(`the service answers ${answer.status}: trying again`);
      await answer.body?.cancel();
    } catch (error) {
      signal.throwIfAborted();
      console.log(`the service does not answer (${error.cause?.code ?? error.message}): trying again`);
    }
    await delay(pauseMs, undefined, { signal });
  }
}
