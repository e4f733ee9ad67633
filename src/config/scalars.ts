import type { Environment } from './environment.js';

export function integer(env: Environment, name: string, absent: number, least: number, most: number): number {
  const text = env.get(name);
  if (text === undefined) return absent;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  env.fault(name, `expected a whole number from ${least} to ${most}, not "${text}"`);
  return absent;
}

export function choice<T extends string>(
  env: Environment,
  name: string,
  values: readonly T[],
  absent: NoInfer<T>,
): T {
  const text = env.get(name);
  if (text === undefined) return absent;
  const value = values.find((one) => one === text);
  if (value === undefined) env.fault(name, `expected ${values.join(', ')}; not "${text}"`);
  return value ?? absent;
}
