// What npm packs, and that it works where nothing else of this checkout is.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { isWhole } from '../sample.ts';
import { cloneCheckout, root } from './clone.ts';

const clone = cloneCheckout();
const elsewhere = mkdtempSync(join(tmpdir(), 'topo-package-'));
afterAll(() => rmSync(elsewhere, { recursive: true, force: true }));

// Of earlier builds; neither may reach anybody. npm test has just built: there, npm does not.
if (isWhole) {
  mkdirSync(join(clone, 'dist/gone'));
  writeFileSync(join(clone, 'dist/gone/module.js'), '');
  writeFileSync(join(clone, 'dist/cli/plan.js.map'), '{}');
}
const scripts = isWhole ? [] : ['--ignore-scripts'];

const run = (program: string, args: readonly string[], cwd: string): string =>
  execFileSync(program, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}
const packing = run('npm', ['pack', '--json', '--pack-destination', elsewhere, ...scripts], clone);
const [packed = { filename: '', files: [] }] = JSON.parse(packing) as Packed[];

const filesIn = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

const built = filesIn('dist');
const code = built.filter((file) => file.endsWith('.js')).map(read);

test('the package holds what was built, the schemas, what topo init writes, README and licence', () => {
  const templates = [
    'topology.yaml',
    ...['topology.yaml', 'rights.sh'].map((name) => `examples/training/${name}`),
  ];
  expect(built).toContain('dist/cli/main.js');
  expect(built).toContain('dist/cli/harness/main.js');
  expect(packed.files.map(({ path }) => path).sort()).toEqual(
    ['LICENSE', 'README.md', 'package.json', ...templates, ...built, ...filesIn('schema')].sort(),
  );
});

const anyOf = (pattern: RegExp): Set<string> =>
  new Set(code.flatMap((text) => [...text.matchAll(pattern)].map(([, found = '']) => found)));

test('what was built loads itself and what comes with node, and nothing else', () => {
  const loaded = anyOf(
    /(?:^(?:import|export)\b.*? from |^import |\bimport\(|__require\()"([^"]+)"/gm,
  );
  const others = [...loaded].filter((name) => !name.startsWith('.') && !isBuiltin(name));
  // fdir looks whether it is there, and does without.
  expect(others).toEqual(['picomatch']);
});

test('each package in what was built has its licence beside it', () => {
  const bundled = anyOf(/^\/\/ node_modules\/(?:.*\/node_modules\/)?((?:@[^/]+\/)?[^/]+)/gm);
  const licences = read('dist/third-party-licenses.txt').split(/\n\n(?=[^\n]+\n=+\n)/);
  const named = licences.map((licence) => /^(\S+) \d\S+, \S+\n/.exec(licence)?.[1]);
  expect(bundled.size).toBeGreaterThan(40);
  expect([...bundled].filter((name) => !named.includes(name))).toEqual([]);
  for (const licence of licences) expect(licence).toMatch(/copyright[^]{400}/i);
});

test('what was built starts without the parts of node that only axios would ask for', () => {
  const list = 'process.on("exit", () => console.log(process.moduleLoadList.join("\\n")))';
  const topo = [join(root, 'dist/cli/main.js'), 'plan'];
  const { stdout } = spawnSync(
    process.execPath,
    ['--import', `data:text/javascript,${list}`, ...topo],
    { cwd: root, encoding: 'utf8', env: { RABBITMQ_ENDPOINT: 'http://127.0.0.1:1' } },
  );
  expect(stdout).toContain('NativeModule https\n');
  expect(stdout.match(/^.*(undici|http2).*$/gm)).toBeNull();
});

const slow = 'npm installs the package';
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
    expect(readdirSync(join(elsewhere, 'node_modules')).sort()).toEqual([
      ...['.bin', '.package-lock.json', '@topo'],
    ]);
    const topo = (...args: string[]) => run('node_modules/.bin/topo', args, elsewhere);
    expect(run('node_modules/.bin/topo-harness', ['--help'], elsewhere)).toContain('train');
    expect(topo('--version')).toMatch(/^\d+\.\d+\.\d+\n$/);
    const seed = join(root, 'topology.yaml');
    expect(topo('validate', seed)).toBe(`${seed} is valid: 1 exchange, 3 queues, 3 bindings\n`);
  },
);
