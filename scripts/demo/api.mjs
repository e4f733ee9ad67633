// The REST interface, as any caller uses it.
export class Refused extends Error {
  constructor(status, problem) {
    const errors = (problem.errors ?? []).map(
      ({ pointer, detail }) => `\n  ${pointer || '(body)'}: ${detail}`,
    );
    super(`${status} ${problem.code ?? ''}: ${problem.detail ?? problem.title ?? ''}${errors.join('')}`);
    this.name = 'Refused';
    this.status = status;
    this.problem = problem;
  }
}

export class Api {
  /** @param signal ends what is being asked */
  constructor(url, signal) {
    this.url = url;
    this.signal = signal;
  }

  /** @throws Refused for a problem document */
  async call(method, path, body, headers = {}) {
    const response = await fetch(new URL(path, this.url), {
      method,
      signal: this.signal,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const answer = await response.json();
    if (!response.ok) throw new Refused(response.status, answer);
    return answer;
  }

  get(path, headers) {
    return this.call('GET', path, undefined, headers);
  }

  /** The named request examples of the OpenAPI document, for the request that onboards. */
  async examples() {
    const document = await this.get('/openapi.json');
    const { examples } = document.paths['/v1/solutions'].post.requestBody.content['application/json'];
    return Object.fromEntries(Object.entries(examples).map(([name, { value }]) => [name, value]));
  }

  /** The live or last solution of a request's identity, or undefined. */
  async solution({ target, tenant, key }) {
    const query = new URLSearchParams({ tenant, key, ...(target === undefined ? {} : { target }) });
    const { items } = await this.get(`/v1/solutions?${query}`);
    return items[0];
  }

  /** Every event of a solution that the feed has up to now. */
  async eventsOf(solutionId) {
    const events = [];
    let after = '';
    for (;;) {
      const page = await this.get(`/v1/events?solution=${solutionId}&limit=500${after}`);
      events.push(...page.events);
      if (page.events.length < 500) return events;
      after = `&after=${encodeURIComponent(page.next)}`;
    }
  }
}
