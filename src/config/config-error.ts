import type { Fault } from '../errors.js';

export interface SettingFault {
  /** The setting's name, for a file with a pointer into it: `TARGETS /targets/0/name`. */
  readonly setting: string;
  readonly detail: string;
}

/** Everything that is wrong with the settings, at once; the program prints the message and ends before it starts anything. */
export class ConfigError extends Error {
  constructor(readonly faults: readonly SettingFault[]) {
    super(
      ['The settings are not valid:', ...faults.map((fault) => `  ${fault.setting}: ${fault.detail}`)].join(
        '\n',
      ),
    );
    this.name = 'ConfigError';
  }
}

/** The faults inside the file that a setting names. */
export const inFile = (setting: string, faults: readonly Fault[]): SettingFault[] =>
  faults.map(({ pointer, detail }) => ({ setting: `${setting} ${pointer}`.trimEnd(), detail }));
