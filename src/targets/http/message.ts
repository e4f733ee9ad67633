/** Takes a body as it comes, so that a long one is never in memory as a whole. */
export interface BodySink {
  /** What it throws ends the exchange: the answer is not understood. */
  write(chunk: Buffer): void;
  /** What is to stand as the text of the answer. */
  end(): string;
}

/** One request of a driver to its target. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Scheme, host and port. */
  readonly origin: string;
  /** Path and query, already encoded. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Whether it may change the target: decides what a lost answer means. */
  readonly effect: boolean;
  /** What it is for, as the beginning of a sentence: "reading person 120". Goes into errors; never a secret. */
  readonly what: string;
  /** Made anew for each attempt that is answered with 200; other answers are collected. */
  readonly sink?: () => BodySink;
}

export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export function headerOf(answer: HttpAnswer, name: string): string | undefined {
  const value = answer.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** The body as a JSON object, or undefined when it is anything else. */
export function objectOf(answer: HttpAnswer): Readonly<Record<string, unknown>> | undefined {
  try {
    // Some servers begin UTF-8 with a byte order mark, and JSON does not know it.
    const value: unknown = JSON.parse(answer.text.replace(/^\uFEFF/, ''));
    return value !== null && typeof value === 'object' && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** The longest sentence of a target that goes into our errors, rows and events. */
const longestMessage = 500;

/** What a target says about an error, fit for a line of a log: no control characters, not endless. */
export function sentenceOf(text: string): string {
  const line = text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
  return line.length > longestMessage ? `${line.slice(0, longestMessage)}…` : line;
}

/** Scheme, host and port apart from the path, which never ends with a slash. */
export function splitBaseUrl(baseUrl: string): { origin: string; path: string } {
  const url = new URL(baseUrl);
  return { origin: url.origin, path: url.pathname.replace(/\/+$/, '') };
}
