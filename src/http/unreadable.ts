import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { AppError } from '../errors.js';
import { problemDocument } from './problem-document.js';
import { traceIdOf } from './trace.js';

/**
 * Answers what is no HTTP request, or does not end: no route and no filter is ever asked about it, and Fastify's own words
 * are no problem document.
 */
export function answerUnreadable(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const { status, ...members } = problemDocument(problemOf(error.code), {
    traceId: traceIdOf({ headers: {} }),
  });
  const body = JSON.stringify({ status, ...members });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  if (socket.writable) socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  socket.destroy(error);
}

function problemOf(code: string | undefined): AppError {
  if (code === 'HPE_HEADER_OVERFLOW')
    return new AppError('headers-too-large', 'Address and headers are larger than 16 KiB together.');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new AppError('request-timeout', 'The request has not come in as a whole in time.');
  return new AppError('malformed-http', `This is no HTTP/1.1 request (${code ?? 'unknown'}).`);
}
