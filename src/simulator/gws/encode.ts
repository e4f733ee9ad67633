import { classOf } from '../world/classes/all-classes.js';
import type { Attribute } from '../world/classes/class-spec.js';
import { Type } from '../world/ids.js';
import type { ConfigObject, Item } from '../world/records.js';
import type { Switches } from '../world/switches.js';
import type { World } from '../world/world.js';

/** Objects as JSON text, each rendered once: an object never changes, it is replaced. A new writer for new switches. */
export class Encoder {
  private readonly rendered = new WeakMap<ConfigObject, string>();

  constructor(private readonly switches: Switches) {}

  json(o: ConfigObject, world: World): string {
    // A folder lists what lies in it, which changes without it.
    if (o.type === Type.folder) return JSON.stringify({ ...this.render(o), objectIDs: contentOf(o, world) });
    const known = this.rendered.get(o);
    if (known !== undefined) return known;
    const json = JSON.stringify(this.render(o));
    this.rendered.set(o, json);
    return json;
  }

  /** A number as a number, where the switch says so; names and annexes stay what they are. */
  private scalar(value: string, isNumber: boolean): string | number {
    return isNumber && this.switches.scalarsInAnswers === 'numbers' && /^\d+$/.test(value)
      ? Number(value)
      : value;
  }

  private item(item: Item): unknown {
    if (typeof item === 'string') return this.scalar(item, true);
    return Object.fromEntries(
      Object.entries(item).map(([key, value]) => [key, this.scalar(value, /DBID$|^CSID$|^type$/.test(key))]),
    );
  }

  private render(o: ConfigObject): Record<string, unknown> {
    const spec = classOf(o.type);
    const outside: Record<string, unknown> = {};
    const inside: Record<string, unknown> = { DBID: this.scalar(String(o.dbid), true) };
    const isNumber = (attribute: Attribute | undefined): boolean =>
      attribute !== undefined && attribute.kind !== 'string';
    for (const [name, value] of Object.entries(o.scalars))
      (spec.attributes[name]?.outside ? outside : inside)[name] = this.scalar(
        value,
        isNumber(spec.attributes[name]),
      );
    for (const { attribute, member, attributes } of spec.nested) {
      const structure = o.nested[attribute];
      if (!structure) continue;
      const entries = Object.entries(structure).map(([key, value]) => [
        key,
        this.scalar(value, isNumber(attributes[key])),
      ]);
      inside[attribute === 'serverInfo' ? this.switches.serverInfoMember : member] =
        Object.fromEntries(entries);
    }
    const annexOutside = spec.base !== undefined && this.switches.groupAnnex === 'beside';
    for (const name of spec.keyValues) {
      const sections = o.keyValues[name] ?? {};
      if (this.switches.emptyListsOmitted && Object.keys(sections).length === 0) continue;
      (annexOutside ? outside : inside)[name] = sections;
    }
    const lists: Record<string, unknown> = {};
    for (const { name } of spec.lists) {
      const items = o.lists[name] ?? [];
      if (items.length === 0 && this.switches.emptyListsOmitted) continue;
      lists[name] = this.list(name, items);
    }
    return spec.base === undefined ? { ...inside, ...lists } : { ...outside, [spec.base]: inside, ...lists };
  }

  private list(name: string, items: readonly Item[]): unknown {
    const { membersWrapped, connectionsWrapped, oneElementListsBare, tenantDbidsScalar } = this.switches;
    const wrap = (stored: Item): unknown => {
      const item = this.item(stored);
      if (name === 'memberIDs' && membersWrapped !== 'bare') return { [membersWrapped]: item };
      if (name === 'appServerDBIDs' && connectionsWrapped) return { CfgConnInfo: item };
      return item;
    };
    const bare = items.length === 1 && (oneElementListsBare || (name === 'tenantDBIDs' && tenantDbidsScalar));
    const [first] = items;
    return bare && first !== undefined ? wrap(first) : items.map(wrap);
  }
}

function contentOf(folder: ConfigObject, world: World): object[] {
  const ids: object[] = [];
  for (const o of world.all(Number(folder.scalars['type'])))
    if (o.folderDbid === folder.dbid) ids.push({ CSID: '0', DBID: String(o.dbid), type: String(o.type) });
  return ids;
}
