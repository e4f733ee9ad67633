import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';

/** Readers that waited have been answered by then; what takes longer is cut. */
const finishWithinMs = 2_000;

/** Requests that have come in and have no answer yet: a stop lets them end before the connections are closed. */
@Injectable()
export class OpenRequests implements BeforeApplicationShutdown {
  private open = 0;
  private drained: (() => void) | undefined;

  count(fastify: FastifyInstance): void {
    fastify.addHook('onRequest', (_request, { raw }, done) => {
      this.open += 1;
      // Also when its client has gone, of which `onResponse` hears nothing: each stop would wait for those.
      raw.once('close', () => {
        this.open -= 1;
        if (this.open === 0) this.drained?.();
      });
      done();
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    if (this.open === 0) return;
    await new Promise<void>((resolve) => {
      const late = setTimeout(resolve, finishWithinMs);
      this.drained = () => {
        clearTimeout(late);
        resolve();
      };
    });
  }
}
