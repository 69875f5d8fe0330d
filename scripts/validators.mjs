// Compiles AJV's validators from the schemas into src/**/validators.js, which git ignores, because
// compiling them at each start would cost 100 ms. The build and vitest call this; it takes
// milliseconds while nothing has changed.
import { createHash } from 'node:crypto';
import { open, readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { filledIn, mapValues, readSchema, without } from './schemas.mjs';

const require = createRequire(import.meta.url);

/** For what people write: every error, with the value and the schema that it is about. */
const everyError = { allErrors: true, verbose: true };

/** For what programs write: one error is enough. */
const firstError = { strict: false };

const kinds = [
  ...['vhost', 'user', 'permission', 'topic_permission', 'exchange', 'queue', 'binding'],
  ...['policy', 'operator_policy', 'parameter', 'global_parameter'],
];

/** `exports`: the functions by name, with the schema that each checks. */
const validators = {
  'file/validators.js': {
    schemas: ['topology', 'environment'],
    options: { ...everyError, allowUnionTypes: true },
    change: (schema) => withoutEntries(filledIn(schema)),
    exports: {
      environment: 'environment',
      head: 'topology',
      ...Object.fromEntries(kinds.map((kind) => [kind, `topology#/$defs/${kind}`])),
      superStream: 'topology#/$defs/super_stream',
      forEach: 'topology#/$defs/for_each',
    },
  },
  'harness/messaging/validators.js': {
    schemas: ['task', 'result', 'event'],
    options: everyError,
    exports: {
      task: 'task',
      result: 'result',
      heartbeat: 'event#/$defs/heartbeat',
      event: 'event#/$defs/event',
    },
  },
  'harness/train/job/validators.js': {
    schemas: ['job'],
    options: { ...everyError, useDefaults: true },
    exports: { job: 'job' },
  },
  'harness/publish/validators.js': {
    schemas: ['sweep'],
    options: { ...everyError, useDefaults: true },
    exports: { sweep: 'sweep' },
  },
  'harness/trainers/exec/validators.js': {
    schemas: ['exec'],
    options: { ...firstError, strictNumbers: true },
    change: ({ $id, $defs }) => ({ $id, $defs }),
    exports: Object.fromEntries(
      ['ready', 'progress', 'result', 'error', 'pong', 'trained'].map((name) => [
        name,
        `exec#/$defs/${name}`,
      ]),
    ),
  },
  'management/validators.js': {
    schemas: ['record'],
    options: firstError,
    exports: { record: 'record' },
  },
  'reconcile/validators.js': { schemas: ['plan'], options: firstError, exports: { plan: 'plan' } },
  'sandbox/validators.js': {
    schemas: ['sandbox'],
    options: firstError,
    exports: { remembered: 'sandbox' },
  },
};

/** Safe in several processes at once. */
export async function buildValidators() {
  const banner = `// Built from ${await hashOfSources()} by scripts/validators.mjs.`;
  const files = Object.entries(validators).map(([file, how]) => [pathOf(`../src/${file}`), how]);
  const found = await Promise.all(files.map(([file]) => readStart(file, banner.length)));
  if (found.every((start) => start === banner)) return;
  const compile = loadCompiler();
  for (const [file, how] of files) {
    const fresh = `${file}.${process.pid}`;
    await writeFile(fresh, `${banner}\n${await compile(how)}\n`);
    await rename(fresh, file);
  }
}

/** vitest calls this before the tests of a project. */
export { buildValidators as setup };

/** A hash of the validators' sources: the schemas, this code and AJV. */
async function hashOfSources() {
  const names = Object.values(validators).flatMap(({ schemas }) => schemas);
  const sources = [
    ...names.map((name) => pathOf(`../schema/${name}.schema.json`)),
    ...[pathOf('./validators.mjs'), pathOf('./schemas.mjs')],
    require.resolve('ajv/package.json'),
  ];
  const hash = createHash('sha256');
  for (const source of sources) hash.update(await readFile(source));
  return hash.digest('hex');
}

async function readStart(file, length) {
  const handle = await open(file).catch(() => undefined);
  if (handle === undefined) return '';
  try {
    const { buffer, bytesRead } = await handle.read({ length });
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** AJV is CommonJS, whose default exports vitest and Node import differently, hence require. */
function loadCompiler() {
  const { Ajv2020 } = require('ajv/dist/2020.js');
  const { default: standalone } = require('ajv/dist/standalone/index.js');
  const { default: ucs2length } = require('ajv/dist/runtime/ucs2length.js');
  return async ({ schemas, options, change = (schema) => schema, exports }) => {
    const code = { source: true, esm: true, lines: true };
    const ajv = new Ajv2020({ ownProperties: true, ...options, code });
    const unused = options.useDefaults
      ? ['title', 'description']
      : ['title', 'description', 'examples', 'default'];
    for (const name of schemas)
      ajv.addSchema(without(unused, change(await readSchema(name))), name);
    return withoutRequire(standalone(ajv, exports), String(ucs2length));
  };
}

/** AJV requires its character counter, which a module can't do: include the function instead. */
function withoutRequire(code, ucs2length) {
  const module = code.replace('require("ajv/dist/runtime/ucs2length").default', ucs2length);
  const [required] = /require\("[^"]*"\)/.exec(module) ?? [];
  if (required) throw new Error(`a validator needs ${required}: add it to withoutRequire`);
  return module;
}

/** Entries are checked one by one, once their for_each is expanded. */
function withoutEntries(schema) {
  const isEntry = (items) =>
    [...kinds, 'super_stream'].includes(items?.$ref?.replace('#/$defs/', ''));
  const properties = mapValues(schema.properties, ({ items, ...property }) =>
    isEntry(items) || !items ? property : { ...property, items },
  );
  return { ...schema, properties };
}

function pathOf(file) {
  return fileURLToPath(new URL(file, import.meta.url));
}
