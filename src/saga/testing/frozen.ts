const refuse = (): never => {
  throw new TypeError('a frozen collection was written to');
};

/** The value itself, frozen to the bottom: maps and sets too, which `Object.freeze` leaves open. */
export function frozen<T>(value: T): T {
  if (value === null || typeof value !== 'object' || Object.isFrozen(value)) return value;
  if (value instanceof Map || value instanceof Set) {
    Object.defineProperties(value, {
      set: { value: refuse },
      add: { value: refuse },
      delete: { value: refuse },
      clear: { value: refuse },
    });
    value.forEach((item: unknown) => frozen(item));
  }
  Object.freeze(value);
  Object.values(value).forEach((item: unknown) => frozen(item));
  return value;
}
