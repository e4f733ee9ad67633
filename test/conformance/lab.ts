import { afterAll, afterEach, beforeAll } from 'vitest';
import type { TargetConfig } from '../../src/config/target-config.js';
import { targetConfig, type TargetInput } from '../../src/config/targets-file.js';
import type { Conformance, ConformanceOptions } from '../../src/targets/conformance/conformance.js';
import { checkConformance } from '../../src/targets/conformance/conformance.js';
import { Site } from '../../src/targets/conformance/site.js';
import { TestWorld } from '../simulator/world.js';
import type { StubRequest, StubServer } from '../targets/stub-server.js';
import { startStub } from '../targets/stub-server.js';

/** What a platform answers otherwise than the simulator; undefined: as the simulator does. */
export interface BentAnswer {
  readonly status?: number;
  readonly text?: string;
  /** By name, in lower case; null takes one away. */
  readonly headers?: Readonly<Record<string, string | null>>;
}
export interface Seen {
  readonly status: number;
  readonly text: string;
}
export type Bend = (request: StubRequest, answer: Seen) => BentAnswer | undefined | Promise<undefined>;

const passedOn = ['set-cookie', 'x-csrf-header', 'x-csrf-token', 'etag', 'content-type', 'retry-after'];

/** The simulator, and something in front of it that bends its answers. */
export class ConformanceLab {
  bend: Bend = () => undefined;

  private constructor(
    readonly world: TestWorld,
    private readonly front: StubServer,
  ) {}

  static async start(): Promise<ConformanceLab> {
    const world = await TestWorld.start();
    // eslint-disable-next-line prefer-const -- the front needs the lab, and the lab the front
    let lab: ConformanceLab;
    const front = await startStub((request, response) => {
      pass(world.simulator.url, request, lab.bend).then(
        ({ status, headers, text }) => response.writeHead(status, headers).end(text),
        // The platform dropped the connection: so does what stands in front of it.
        () => response.destroy(),
      );
    });
    lab = new ConformanceLab(world, front);
    return lab;
  }

  get url(): string {
    return this.front.url;
  }

  input(over: Partial<TargetInput> = {}): TargetInput {
    const bridge = {
      driver: 'bridge',
      baseUrl: `${this.front.url}/bridge`,
      token: 'simulated-bridge',
    } as const;
    const login = { username: 'onboarding', password: 'onboarding' };
    return {
      name: 'lab',
      objects: { driver: 'gws', baseUrl: `${this.front.url}/api/v2`, ...login },
      security: bridge,
      control: bridge,
      maxPerSecond: 10_000,
      lateMs: 0,
      baseAccessGroups: ['Ixn servers base'],
      ...over,
    };
  }

  async check(
    options: Partial<ConformanceOptions> = {},
    over: Partial<TargetInput> = {},
  ): Promise<Conformance> {
    return this.checkAs(targetConfig(this.input(over)), options);
  }

  async checkAs(config: TargetConfig, options: Partial<ConformanceOptions> = {}): Promise<Conformance> {
    const site = new Site(config);
    try {
      return await checkConformance(site, { scratch: false, ...options });
    } finally {
      await site.close();
    }
  }

  async stop(): Promise<void> {
    await this.front.stop();
    await this.world.stop();
  }
}

async function pass(url: string, request: StubRequest, bend: Bend) {
  const { method, path, headers, body } = request;
  const sent = ['authorization', 'cookie', 'x-csrf-token', 'if-match', 'content-type'].flatMap((name) => {
    const value = headers[name];
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  const answer = await fetch(url + path, {
    method,
    headers: sent as [string, string][],
    ...(body === '' ? {} : { body }),
  });
  const text = await answer.text();
  const bent = (await bend(request, { status: answer.status, text })) ?? {};
  const kept = passedOn.map((name) => [name, answer.headers.get(name)] as const);
  const all = Object.entries({ ...Object.fromEntries(kept), ...bent.headers });
  return {
    status: bent.status ?? answer.status,
    text: bent.text ?? text,
    headers: Object.fromEntries(all.filter((entry): entry is [string, string] => entry[1] !== null)),
  };
}

/** One lab for all tests of a file; after each the simulator is as it starts, and nothing is bent. */
export function useLab(): { readonly lab: ConformanceLab } {
  let lab: ConformanceLab;
  beforeAll(async () => {
    lab = await ConformanceLab.start();
  });
  afterAll(() => lab.stop());
  afterEach(async () => {
    lab.bend = () => undefined;
    await lab.world.control('POST', 'reset', {});
  });
  return {
    get lab() {
      return lab;
    },
  };
}

export const factOf = ({ facts }: Conformance, id: string) => {
  const fact = facts.find((one) => one.id === id);
  if (fact === undefined) throw new Error(`there is no fact ${id}`);
  return fact;
};

export const brokenIn = ({ facts }: Conformance): string[] =>
  facts.filter(({ verdict }) => verdict === 'broken').map(({ id }) => id);
