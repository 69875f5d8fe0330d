// What npm packs, and that it works where nothing else of this checkout is.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { cloneCheckout, root } from './clone.ts';

const clone = cloneCheckout();
const elsewhere = mkdtempSync(join(tmpdir(), 'topo-package-'));
afterAll(() => rmSync(elsewhere, { recursive: true, force: true }));

// Of earlier builds; neither may reach anybody.
mkdirSync(join(clone, 'dist/gone'));
writeFileSync(join(clone, 'dist/gone/module.js'), '');
writeFileSync(join(clone, 'dist/cli/plan.js.map'), '{}');

const run = (program: string, args: readonly string[], cwd: string): string =>
  execFileSync(program, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}
const packing = run('npm', ['pack', '--json', '--pack-destination', elsewhere], clone);
const [packed = { filename: '', files: [] }] = JSON.parse(packing) as Packed[];

test('the package holds one module for each of the sources, the schemas, what topo init writes, README and licence', () => {
  const modules = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `dist/${file.replace(/ts$/, 'js')}`);
  const schemas = readdirSync(join(root, 'schema')).map((file) => `schema/${file}`);
  const templates = [
    'topology.yaml',
    ...['topology.yaml', 'rights.sh'].map((name) => `examples/training/${name}`),
  ];
  expect(modules.length).toBeGreaterThan(100);
  expect(packed.files.map(({ path }) => path).sort()).toEqual(
    ['LICENSE', 'README.md', 'package.json', ...templates, ...modules, ...schemas].sort(),
  );
});

const slow = 'npm installs the package and what it needs';
test(
  'installed from its package alone, topo tells its version and reads the topology of the seed',
  { meta: { slow } },
  () => {
    writeFileSync(join(elsewhere, 'package.json'), '{ "private": true }');
    run(
      'npm',
      ['install', '--no-audit', '--no-fund', '--prefer-offline', packed.filename],
      elsewhere,
    );
    const topo = (...args: string[]) => run('node_modules/.bin/topo', args, elsewhere);
    expect(topo('--version')).toMatch(/^\d+\.\d+\.\d+\n$/);
    const seed = join(root, 'topology.yaml');
    expect(topo('validate', seed)).toBe(`${seed} is valid: 1 exchange, 3 queues, 3 bindings\n`);
  },
);
