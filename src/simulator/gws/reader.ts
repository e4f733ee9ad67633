import { passwordHash } from '../world/password.js';
import type { ClassSpec, ListSpec } from '../world/classes/class-spec.js';
import type { Item, KeyValues, Scalars } from '../world/records.js';
import type { Switches } from '../world/switches.js';
import { GwsError, GwsStatus } from './envelope.js';

export type Json = Record<string, unknown>;

export const notValid = (message: string): GwsError => new GwsError(400, GwsStatus.notValid, message);
export const missing = (name: string): GwsError =>
  new GwsError(400, GwsStatus.parameterMissing, `Required parameter is missing: ${name}`);

/** One body being read; collects what belongs to the object and refuses or skips the rest, as the switches say. */
export class Reader {
  readonly scalars: Record<string, string> = {};
  readonly nested: Record<string, Scalars> = {};
  passwordHash: string | undefined;

  constructor(
    readonly spec: ClassSpec,
    readonly switches: Switches,
  ) {}

  unknown(name: string): void {
    if (this.switches.unknownMembers === 'refused') throw notValid(`Unknown attribute: ${name}`);
  }

  scalar(name: string, value: unknown): string {
    if (typeof value === 'string') return value;
    if (typeof value === 'number' && this.switches.numbersInBody === 'accepted') return String(value);
    throw notValid(`Attribute ${name} must be a string`);
  }

  /** @returns false when the class has no such attribute */
  attribute(name: string, value: unknown): boolean {
    const attribute = Object.hasOwn(this.spec.attributes, name) ? this.spec.attributes[name] : undefined;
    if (attribute) {
      const given = this.scalar(name, value);
      if (attribute.readOnly) throw notValid(`Attribute ${name} is read-only`);
      if (attribute.kind !== 'string' && !/^\d+$/.test(given))
        throw notValid(`Attribute ${name} is not a number`);
      if (attribute.maxLength !== undefined && given.length > attribute.maxLength)
        throw notValid(`Attribute ${name} is too long`);
      if (name === 'password') this.passwordHash = passwordHash(given);
      else this.scalars[name] = given;
      return true;
    }
    const structure = this.spec.nested.find(
      (n) => name === (n.attribute === 'serverInfo' ? this.switches.serverInfoMember : n.member),
    );
    if (!structure) return false;
    const read: Record<string, string> = {};
    for (const [key, v] of Object.entries(object(name, value))) {
      if (Object.hasOwn(structure.attributes, key)) read[key] = this.scalar(key, v);
      else this.unknown(`${name}.${key}`);
    }
    this.nested[structure.attribute] = read;
    return true;
  }

  keyValues(name: string, value: unknown): KeyValues {
    // From entries, not by assignment: a section may be called __proto__.
    return Object.fromEntries(
      Object.entries(object(name, value)).map(([section, keys]) => {
        const read = Object.entries(object(`${name}.${section}`, keys));
        return [section, Object.fromEntries(read.map(([key, v]) => [key, this.scalar(key, v)]))];
      }),
    );
  }

  items(spec: ListSpec, value: unknown): Item[] {
    const list: unknown[] = Array.isArray(value) ? value : [value];
    return list.flatMap((item): Item[] => {
      if (spec.key === undefined) return [this.scalar(spec.name, item)];
      const wrapped = object(spec.name, item);
      const inner = wrapped['cfgID'] ?? wrapped['CfgID'] ?? wrapped['CfgConnInfo'];
      const { memberItems } = this.switches;
      const wanted = inner === undefined ? 'bare' : 'wrapped';
      if (spec.name === 'memberIDs' && memberItems !== 'either' && memberItems !== wanted) {
        this.unknown(`${spec.name} with ${wanted} items`);
        return [];
      }
      const bare = object(spec.name, inner ?? wrapped);
      const read = Object.fromEntries(Object.entries(bare).map(([key, v]) => [key, this.scalar(key, v)]));
      if (read[spec.key] === undefined) throw missing(`${spec.name}.${spec.key}`);
      if (spec.name === 'memberIDs' && read['type'] !== '3') throw notValid('Only persons can be members');
      return [spec.name === 'memberIDs' ? { CSID: '0', ...read } : read];
    });
  }
}

export function object(name: string, value: unknown): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw notValid(`${name} must be an object`);
  return value as Json;
}
