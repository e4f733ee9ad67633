import type { Dispatcher } from 'undici';
import type { Call } from '../../saga/call.js';
import { CallError } from '../../saga/call-error.js';
import { CollectedBody } from './collected-body.js';
import { brokenOff, calledOff, noAnswer, unreadable } from './classify.js';
import type { BodySink, HttpAnswer, HttpRequest } from './message.js';

/**
 * One request on the wire, as undici's lowest handler. `onRequestStart` runs in the same tick in which undici writes
 * to the socket, and a throw there stops the write: the place for the fence. Above it (`request`, `fetch`, an
 * interceptor) a request may still wait for a connection.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly answer: Promise<HttpAnswer>;
  private settle!: { resolve: (answer: HttpAnswer) => void; reject: (error: CallError) => void };
  private readonly deadlineMs: number;
  private readonly timer: NodeJS.Timeout;
  private controller: Dispatcher.DispatchController | undefined;
  private ended: CallError | 'answered' | undefined;
  private sent = false;
  private status = 0;
  private headers: HttpAnswer['headers'] = {};
  private body: BodySink = new CollectedBody();

  constructor(
    private readonly call: Call,
    private readonly request: HttpRequest,
    timeoutMs: number,
    private readonly monotonicMs: () => number,
  ) {
    this.answer = new Promise((resolve, reject) => {
      this.settle = { resolve, reject };
    });
    this.deadlineMs = monotonicMs() + timeoutMs;
    this.timer = setTimeout(() => {
      this.fail(noAnswer(request, this.sent, `no answer within ${timeoutMs} ms`));
    }, timeoutMs);
    if (call.signal?.aborted === true) this.callOff();
    else call.signal?.addEventListener('abort', this.callOff, { once: true });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.ended instanceof CallError) throw this.ended;
    // undici writes a request again when its connection was closed for a reason of its own; an effect goes out once.
    if (this.sent) throw noAnswer(this.request, true, 'the connection was lost');
    this.controller = controller;
    const leftMs = Math.ceil(this.deadlineMs - this.monotonicMs());
    if (leftMs <= 0) throw noAnswer(this.request, false, 'no connection in time');
    this.call.beforeSend(leftMs);
    this.sent = true;
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: HttpAnswer['headers']): void {
    this.status = status;
    this.headers = headers;
    if (status === 200 && this.request.sink !== undefined) this.body = this.request.sink();
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.ended !== undefined) return;
    try {
      this.body.write(chunk);
    } catch (error) {
      this.fail(unreadable(this.request, error as Error));
    }
  }

  onResponseEnd(): void {
    if (this.ended !== undefined) return;
    this.end('answered');
    this.settle.resolve({
      status: this.status,
      headers: this.headers,
      text: this.body.end(),
    });
  }

  /** Also called by undici when `onRequestStart` threw, with what was thrown. */
  onResponseError(_: unknown, error: Error): void {
    this.fail(error instanceof CallError ? error : brokenOff(this.request, this.sent, error));
  }

  private readonly callOff = (): void => {
    this.fail(calledOff(this.request, this.sent, this.call.signal?.reason));
  };

  private fail(error: CallError): void {
    if (this.ended !== undefined) return;
    this.end(error);
    this.settle.reject(error);
    this.controller?.abort(error);
  }

  private end(how: CallError | 'answered'): void {
    this.ended = how;
    clearTimeout(this.timer);
    this.call.signal?.removeEventListener('abort', this.callOff);
  }
}
