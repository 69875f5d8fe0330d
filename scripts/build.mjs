// Builds dist: an entry for each program and each thread, shared chunks, and the licences of what
// is bundled. And unbundled: a module for each source, for tests that run some of them in processes
// of their own.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { leanAxios } from './lean-axios.mjs';
import { buildValidators } from './validators.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const src = join(root, 'src');

/** Makes an entry of each module that is loaded as a file, such as a thread. */
const filesByUrl = {
  name: 'files-by-url',
  transform(code, id) {
    return code.replace(/new URL\('([^']+\.ts)', import\.meta\.url\)/g, (_, path) => {
      const file = join(dirname(id), path);
      const name = relative(src, file).replace(/\.ts$/, '').replaceAll('/', '-');
      const entry = this.emitFile({ type: 'chunk', id: file, name });
      return `new URL(import.meta.ROLLUP_FILE_URL_${entry})`;
    });
  },
};

/** Collects the licence of each bundled package in one file. */
const licences = {
  name: 'licences',
  generateBundle(_, bundle) {
    const folders = Object.values(bundle)
      .flatMap(({ modules = {} }) => Object.entries(modules))
      .filter(([, { renderedLength }]) => renderedLength > 0)
      .flatMap(([id]) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id) ?? []);
    // One package may lie in several folders.
    const source = [...new Set(folders.map(readLicence))].sort().join('\n\n');
    this.emitFile({ type: 'asset', fileName: 'third-party-licenses.txt', source });
  },
};

function readLicence(folder) {
  const read = (file) => readFileSync(join(folder, file), 'utf8');
  const { name, version, license } = JSON.parse(read('package.json'));
  const files = readdirSync(folder);
  const texts = files.filter((file) => /^(licen[cs]e|notice)/i.test(file)).map(read);
  if (texts.length === 0) texts.push(...(/^#*\s*licen[cs]e\n[^]*/im.exec(read('README.md')) ?? []));
  if (texts.length === 0) throw new Error(`${folder} has no text of its licence`);
  const title = `${name} ${version}, ${license}`;
  return [`${title}\n${'='.repeat(title.length)}`, ...texts.map((text) => text.trim())].join(
    '\n\n',
  );
}

/** Empties the folder only once everything that goes into it is ready. */
async function build({ output, ...input }) {
  const bundle = await rolldown({ cwd: root, platform: 'node', ...input });
  const made = await bundle.generate(output);
  await bundle.close();
  const folder = join(root, output.dir);
  rmSync(folder, { recursive: true, force: true });
  for (const file of made.output) {
    const path = join(folder, file.fileName);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, file.type === 'chunk' ? file.code : file.source);
  }
}

await buildValidators();
await build({
  input: { main: 'src/cli/main.ts', 'harness/main': 'src/cli/harness/main.ts' },
  plugins: [leanAxios, filesByUrl, licences],
  // All in one folder below dist, as src/cli is below src: package.json and the templates have the
  // same path from either.
  output: {
    dir: 'dist',
    keepNames: true,
    entryFileNames: 'cli/[name].js',
    chunkFileNames: 'cli/[name].js',
  },
});
await build({
  input: readdirSync(src, { recursive: true })
    .filter((file) => /(?<!\.d)\.ts$/.test(file))
    .map((file) => join(src, file)),
  plugins: [filesByUrl],
  external: /^[^./]/,
  output: { dir: 'unbundled', preserveModules: true, preserveModulesRoot: src },
});
