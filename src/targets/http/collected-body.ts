import { errors } from 'undici';
import type { BodySink } from './message.js';

/** An answer is an object or an error; lists go through a sink. Beyond this it is refused, not collected. */
const maxAnswerBytes = 16 * 1024 * 1024;

/** Keeps the whole body. */
export class CollectedBody implements BodySink {
  private readonly chunks: Buffer[] = [];
  private bytes = 0;

  write(chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.bytes > maxAnswerBytes) throw new errors.ResponseExceededMaxSizeError();
    this.chunks.push(chunk);
  }

  end(): string {
    return Buffer.concat(this.chunks).toString('utf8');
  }
}
