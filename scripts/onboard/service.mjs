// The REST interface for a caller who goes on through a restart of the service.
import { setTimeout as wait } from 'node:timers/promises';
import { Api, Refused } from '../demo/api.mjs';

/** The service cannot be used as it is asked to be: said in a sentence. */
export class Unusable extends Error {}

const passing = new Set([429, 502, 503, 504]);
/** A restart or a failover takes seconds; longer than this it is somebody's to look at. */
const patienceMs = 60_000;

export class Service extends Api {
  #apiKey;

  constructor(url, apiKey, signal) {
    super(url, signal);
    this.#apiKey = apiKey;
  }

  /** Repeats what met no service: reads, dry runs and what has an Idempotency-Key. @throws Refused, Unusable */
  async call(method, path, body, headers = {}) {
    const authorization = this.#apiKey === undefined ? {} : { authorization: `Bearer ${this.#apiKey}` };
    const giveUpAtMs = Date.now() + patienceMs;
    for (let pauseMs = 250; ; pauseMs = Math.min(pauseMs * 2, 5_000)) {
      try {
        return await super.call(method, path, body, { ...headers, ...authorization });
      } catch (error) {
        if (this.signal.aborted) throw error;
        if (error instanceof Refused && [401, 403].includes(error.status)) throw new Unusable(error.message);
        const isPassing = !(error instanceof Refused) || passing.has(error.status);
        if (!isPassing) throw error;
        if (Date.now() > giveUpAtMs) throw new Unusable(`${this.url} does not serve: ${causeOf(error)}`);
        await wait(pauseMs, undefined, { signal: this.signal });
      }
    }
  }

  plan(request) {
    return this.call('POST', '/v1/solutions?validate_only=true', request);
  }

  onboard(request, idempotencyKey) {
    return this.call('POST', '/v1/solutions', request, { 'idempotency-key': idempotencyKey });
  }

  operation(href, waitS) {
    return this.get(href, { prefer: `wait=${waitS}` });
  }
}

const causeOf = (error) => error.cause?.code ?? error.cause?.message ?? error.message;
