/** The arrows between the rooms: which room may import which. docs/architecture.md draws them. */
const rooms = {
  topology: [],
  disk: ['topology'],
  connection: ['topology'],
  file: ['topology'],
  import: ['topology', 'file'],
  reconcile: ['topology'],
  report: ['topology', 'reconcile'],
  amqp: ['topology', 'reconcile', 'connection'],
  management: ['topology', 'reconcile', 'connection', 'amqp'],
  sandbox: ['topology', 'disk'],
  harness: ['topology', 'disk', 'connection', 'amqp'],
  cli: [
    ...['topology', 'disk', 'connection', 'file', 'reconcile', 'report', 'amqp', 'management'],
    ...['sandbox', 'harness', 'import'],
  ],
};

/** The same within the harness. `.`: the few files that lie in it itself. */
const harness = {
  messaging: [],
  '.': ['messaging'],
  data: ['.', 'messaging'],
  trainers: ['.', 'messaging', 'data'],
  publish: ['.', 'messaging'],
  dead: ['messaging'],
  work: ['.', 'messaging', 'trainers', 'dead'],
  'train/model': [],
  'train/core': ['train/model'],
  'train/trust': ['messaging', 'train/model', 'train/core'],
  'train/job': ['.', 'data', 'train/model', 'train/core'],
  'train/parameters': ['messaging', 'data', 'train/model'],
  'train/run': ['messaging', 'data', 'train/model', 'train/job', 'train/parameters'],
  'train/shell': [
    ...['messaging', 'data', 'train/model', 'train/core', 'train/trust'],
    ...['train/job', 'train/parameters', 'train/run'],
  ],
  results: ['messaging', 'train/model'],
  report: ['train/model'],
};

const arrows = [...arrowsIn('src', rooms), ...arrowsIn('src/harness', harness)];

function arrowsIn(house, mayImport) {
  const within = (room) => (room === '.' ? '[^/]+$' : `${room}/`);
  return Object.entries(mayImport).map(([room, others]) => ({
    name: `${house}/${room}-imports-only-${others.join('-') || 'itself'}`,
    severity: 'error',
    from: { path: `^${house}/${within(room)}` },
    to: { path: `^${house}/`, pathNot: `^${house}/(${[room, ...others].map(within).join('|')})` },
  }));
}

module.exports = {
  forbidden: [
    ...arrows,
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-folder-cycles',
      severity: 'error',
      scope: 'folder',
      from: { path: '^src/' },
      to: { circular: true },
    },
    {
      name: 'every-folder-of-the-harness-is-a-room',
      severity: 'error',
      from: {
        path: '^src/harness/.*/',
        pathNot: `^src/harness/(${Object.keys(harness).join('|')})/`,
      },
      to: {},
    },
    {
      name: 'the-reducer-does-no-io',
      severity: 'error',
      from: { path: '^src/harness/train/(model|core)/' },
      to: { dependencyTypes: ['core', 'npm', 'npm-dev'] },
    },
    {
      // npm run test:core needs none, nor does Stryker: vitest.mutation.config.ts.
      name: 'the-core-is-tested-without-a-broker',
      severity: 'error',
      from: { path: '\\.test\\.ts$', pathNot: '\\.(broker|nodes|long|faults)\\.test\\.ts$' },
      to: { path: '^test/broker\\.ts$', reachable: true },
    },
    {
      name: 'the-core-does-no-io',
      severity: 'error',
      from: { path: '^src/(topology|reconcile|report)/' },
      to: {
        path: '^(axios|yaml|amqplib|fs|node:fs|net|http|https|child_process)',
        dependencyTypesNot: ['local'],
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.json'] },
  },
};
