import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** One call that changes something, as it came from one replica. Times in ms since 1970. */
export interface WitnessedCall {
  readonly replica: number;
  readonly method: string;
  readonly path: string;
  readonly atMs: number;
  /** Null: the platform gave no answer, or it could not be handed back. */
  status: number | null;
}

/**
 * Stands between one replica and the platform, and writes down who called what and when. The platform sees one caller
 * only, so this is how a call is known to come from a process that had lost its lease.
 */
export class Gateway {
  readonly effects: WitnessedCall[] = [];
  calls = 0;
  /** Of the last call of any kind. */
  lastMs = 0;
  private readonly agent = new http.Agent({ keepAlive: true, maxSockets: 64 });

  private constructor(
    private readonly server: http.Server,
    private readonly replica: number,
    private readonly platform: URL,
  ) {}

  static async start(replica: number, platformUrl: string): Promise<Gateway> {
    const server = http.createServer({ keepAliveTimeout: 60_000 });
    const gateway = new Gateway(server, replica, new URL(platformUrl));
    server.on('request', (request, response) => gateway.forward(request, response));
    server.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    return gateway;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.agent.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private forward(request: http.IncomingMessage, response: http.ServerResponse): void {
    const { method = '', url: path = '', headers } = request;
    const call: WitnessedCall = { replica: this.replica, method, path, atMs: Date.now(), status: null };
    this.calls += 1;
    this.lastMs = call.atMs;
    if (isEffect(method, path)) this.effects.push(call);
    const { hostname, port } = this.platform;
    const onward = http.request({ hostname, port, method, path, headers, agent: this.agent }, (answer) => {
      call.status = answer.statusCode ?? null;
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
      answer.once('error', () => response.destroy());
    });
    // A platform that drops the connection, and a replica that has died: the other side sees it as it would without us.
    onward.once('error', () => response.destroy());
    response.once('error', () => undefined);
    request.once('error', () => undefined);
    // Read to its end also when the replica dies meanwhile: what was sent is on its way.
    const body: Buffer[] = [];
    request.on('data', (chunk: Buffer) => body.push(chunk));
    request.once('end', () => onward.end(Buffer.concat(body)));
    request.once('close', () => {
      if (!request.complete) onward.destroy();
    });
  }
}

/** Everything but reads, and the one question that comes as a POST. */
const isEffect = (method: string, path: string): boolean =>
  method === 'PUT' || method === 'DELETE' || (method === 'POST' && !path.includes('/effective-permissions'));
