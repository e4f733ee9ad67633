// Imports go one way: errors <- config <- database <- messaging <- saga <- solutions <- targets <- app.module <- main.
// `http` stands beside and knows errors, config and database; `simulator` stands alone. Reason: docs/architecture.md.
const rooms = [
  'errors.ts',
  'config/',
  'database/',
  'messaging/',
  'saga/',
  'solutions/',
  'targets/',
  'app.module.ts',
  'main.ts',
];
const above = rooms.slice(0, -1).map((room, i) => ({
  name: `${room.replace(/\W.*$/, '')}-imports-nothing-above-it`,
  severity: 'error',
  comment:
    'Rooms import only rooms to their left; turn the dependency round with a port owned by the lower room.',
  from: { path: `^src/${room.replace('.', '\\.')}`, pathNot: '\\.spec\\.ts$' },
  to: { path: rooms.slice(i + 1).map((r) => `^src/${r.replace('.', '\\.')}`) },
}));
module.exports = {
  forbidden: [
    ...above,
    {
      name: 'lower-rooms-do-not-know-http',
      severity: 'error',
      from: { path: '^src/(errors\\.ts|config/|database/|messaging/|saga/|targets/)' },
      to: { path: '^src/http/' },
    },
    {
      name: 'http-knows-errors-config-database',
      severity: 'error',
      from: { path: '^src/http/' },
      to: { path: '^src/(messaging|saga|solutions|targets|simulator)/' },
    },
    {
      name: 'simulator-stands-alone',
      severity: 'error',
      from: { path: '^src/simulator/' },
      to: { path: '^src/', pathNot: '^src/simulator/' },
    },
    {
      name: 'only-wiring-knows-the-simulator',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(simulator/|app\\.module\\.ts|built-in-target\\.ts)' },
      to: { path: '^src/simulator/' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-barrels', severity: 'error', from: {}, to: { path: '^src/.*/index\\.ts$' } },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.spec\\.ts$' },
  },
};
