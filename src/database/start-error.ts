/** Something the service needs cannot be had at start. The message says what to do; the program prints it and ends. */
export class StartError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'StartError';
  }
}
