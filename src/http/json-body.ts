import type { FastifyInstance } from 'fastify';
import { lookAtJson } from '../config/json-text.js';
import { AppError } from '../errors.js';
import { invalid } from './validate.js';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * JSON bodies as Fastify reads them, and stricter: bytes that are no UTF-8 would become other characters, and of members
 * that stand twice the last would be taken, both without a word. Nothing at all is no body, whatever its type: many
 * clients send the type with every request.
 */
export function readJsonBodies(fastify: FastifyInstance): void {
  const parse = fastify.getDefaultJsonParser('error', 'error');
  fastify.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, bytes, done) => {
    if (bytes.length === 0) return done(null, undefined);
    const packed = request.headers['content-encoding'] ?? 'identity';
    if (packed.toLowerCase() !== 'identity')
      return done(
        new AppError('unsupported-media-type', 'Send the body as it is, without Content-Encoding.'),
      );
    const text = textOf(bytes);
    if (text === null) return done(new AppError('malformed-json', 'The body is not UTF-8. Encode it so.'));
    return parse(request, text, (error, value) => {
      if (error !== null) return done(malformed(text, error));
      const { doubled } = lookAtJson(text);
      if (doubled.length === 0) return done(null, value);
      return done(invalid(doubled.map((pointer) => ({ pointer, detail: 'stands twice; send it once' }))));
    });
  });
}

function textOf(bytes: Buffer): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}

function malformed(text: string, cause: Error): AppError {
  const { fault } = lookAtJson(text);
  const detail =
    fault === null
      ? 'The body has a member named "__proto__", or one in "constructor" named "prototype". Leave it out.'
      : `The body is not JSON from line ${fault.line}, column ${fault.column} on: expected ${fault.expected}.`;
  const members = fault === null ? {} : { line: fault.line, column: fault.column };
  return new AppError('malformed-json', detail, { cause, members });
}
