/** The database cannot be had at start. The message says what to do; the program prints it and ends. */
export class DatabaseStartError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'DatabaseStartError';
  }
}
