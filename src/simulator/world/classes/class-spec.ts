export interface Attribute {
  readonly kind: 'string' | 'number' | 'flag';
  readonly mandatory?: true;
  readonly immutable?: true;
  /** Kept by the platform; a value sent by a client is refused. */
  readonly readOnly?: true;
  readonly initial?: string;
  readonly maxLength?: number;
  /** Stands beside the structure that holds the other attributes, not in it. */
  readonly outside?: true;
}

export interface ListSpec {
  readonly name: string;
  /** The member that tells items apart; absent: the items are DBIDs. */
  readonly key?: string;
  /** What the items' DBIDs refer to. */
  readonly refersTo?: number;
  /** Names in a delta; `added` is the list's own name unless a switch says otherwise. */
  readonly deleted: string;
  readonly changed?: string;
}

export interface NestedSpec {
  readonly attribute: string;
  /** Structures stand in JSON under their class name. */
  readonly member: string;
  readonly attributes: Readonly<Record<string, Attribute>>;
}

export interface UniqueSpec {
  readonly attribute: string;
  readonly scope: 'tenant' | 'database';
  /** Number of the attribute in a platformCode; 89 (the name) is known, others are this simulator's. */
  readonly property: number;
}

/** What the platform says about one class of object; everything else works from these tables. */
export interface ClassSpec {
  readonly type: number;
  readonly className: string;
  readonly collection: string;
  readonly singular: string;
  /** Class whose structure holds the attributes, when it is not the class itself (an access group's CfgGroup). */
  readonly base?: string;
  readonly nameAttribute: string;
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly keyValues: readonly string[];
  readonly lists: readonly ListSpec[];
  readonly nested: readonly NestedSpec[];
  readonly unique: readonly UniqueSpec[];
  /** False: this API can only read them here. */
  readonly writable: boolean;
}

export const NAME_PROPERTY = 89;
export const text: Attribute = { kind: 'string', initial: '' };
export const number: Attribute = { kind: 'number', initial: '0' };
export const state: Attribute = { kind: 'number', initial: '1' };
export const requiredName: Attribute = { kind: 'string', mandatory: true, maxLength: 255 };
export const requiredTenant: Attribute = { kind: 'number', mandatory: true, immutable: true };
export const uniqueName = (scope: 'tenant' | 'database'): UniqueSpec => ({
  attribute: 'name',
  scope,
  property: NAME_PROPERTY,
});
