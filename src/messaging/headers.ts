/** A header as it is on the wire: a name, which should be text, and bytes or none. A name may come more than once. */
export type Header = readonly [name: string | Buffer, value: Buffer | string | null];
