/** The arrows between the rooms: which room may import which. docs/architecture.md draws them. */
const rooms = {
  topology: [],
  disk: ['topology'],
  connection: ['topology'],
  file: ['topology'],
  reconcile: ['topology'],
  report: ['topology', 'reconcile'],
  amqp: ['topology', 'reconcile', 'connection'],
  management: ['topology', 'reconcile', 'connection', 'amqp'],
  sandbox: ['topology', 'disk'],
  harness: ['topology', 'disk', 'connection', 'amqp'],
  cli: [
    ...['topology', 'disk', 'connection', 'file', 'reconcile', 'report', 'amqp', 'management'],
    ...['sandbox', 'harness'],
  ],
};

const arrows = Object.entries(rooms).map(([room, mayImport]) => ({
  name: `${room}-imports-only-${mayImport.join('-') || 'itself'}`,
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: { path: '^src/', pathNot: `^src/(${[room, ...mayImport].join('|')})/` },
}));

module.exports = {
  forbidden: [
    ...arrows,
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
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
