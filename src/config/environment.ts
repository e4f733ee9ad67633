import { messageOf } from '../errors.js';
import type { SettingFault } from './config-error.js';
import { lookAtJson } from './json-text.js';

export type Variables = Readonly<Record<string, string | undefined>>;
/** @throws when the file cannot be read */
export type ReadFile = (file: string) => string;

/** The environment, and the faults met while reading it. An empty variable counts as absent, as compose files produce them. */
export class Environment {
  readonly faults: SettingFault[] = [];

  constructor(
    readonly variables: Variables,
    readonly readFile: ReadFile,
  ) {}

  get(name: string): string | undefined {
    const value = this.variables[name]?.trim();
    return value === '' ? undefined : value;
  }

  /** The value of `<name>`, or what the file named by `<name>_FILE` holds, without the line end that editors add. */
  secret(name: string): string | undefined {
    const direct = this.get(name);
    const file = this.get(`${name}_FILE`);
    if (file === undefined) return direct;
    if (direct !== undefined) this.fault(`${name}_FILE`, `${name} is set as well; set one of the two`);
    const text = this.file(`${name}_FILE`, file)?.replace(/\r?\n$/, '');
    if (text === '') this.fault(`${name}_FILE`, `${file} is empty`);
    return text;
  }

  /** What a file holds; the fault is kept when it cannot be read. */
  file(setting: string, file: string): string | undefined {
    try {
      return this.readFile(file);
    } catch (error) {
      this.fault(setting, `cannot be read: ${messageOf(error)}`);
      return undefined;
    }
  }

  json(setting: string, file: string): unknown {
    // Editors of Windows begin a file with a byte order mark.
    const text = this.file(setting, file)?.replace(/^\uFEFF/, '');
    if (text === undefined) return undefined;
    try {
      const json: unknown = JSON.parse(text);
      for (const pointer of lookAtJson(text).doubled)
        this.fault(`${setting} ${pointer}`, 'stands twice; write it once');
      return json;
    } catch {
      // The parser's own message quotes the text, which may hold a secret.
      const { fault } = lookAtJson(text);
      const place =
        fault === null
          ? ''
          : ` from line ${fault.line}, column ${fault.column} on: expected ${fault.expected}`;
      this.fault(setting, `${file} is not JSON${place}`);
      return undefined;
    }
  }

  fault(setting: string, detail: string): void {
    this.faults.push({ setting, detail });
  }
}
