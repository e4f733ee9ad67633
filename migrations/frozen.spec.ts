import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import frozen from './frozen.json' with { type: 'json' };
import { migrations } from './list.js';

const hashOf = (file: string): string =>
  createHash('sha256')
    .update(readFileSync(path.join(import.meta.dirname, file)))
    .digest('hex');

const files = readdirSync(import.meta.dirname)
  .filter((name) => /^\d+-.*\.ts$/.test(name))
  .sort();

it('leaves migrations that have landed as they are: add another one instead', () => {
  expect(Object.fromEntries(Object.keys(frozen).map((file) => [file, hashOf(file)]))).toEqual(frozen);
});

it('lists every migration, in the order of its time', () => {
  expect(migrations.map((migration) => migration.name.replace(/^\D+/, ''))).toEqual(
    files.map((file) => file.replace(/\D.*$/, '')),
  );
});

it('freezes in order: nothing newer is frozen while something older is not', () => {
  expect(Object.keys(frozen)).toEqual(files.slice(0, Object.keys(frozen).length));
});
