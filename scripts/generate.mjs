// Generates what follows from the schemas: TypeScript types, and AJV's validators of a topology file, compiled
// ahead because compiling them would cost every start 100 ms. --check only compares.
import { readFile, writeFile } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import ucs2length from 'ajv/dist/runtime/ucs2length.js';
import standalone from 'ajv/dist/standalone/index.js';
import { compile } from 'json-schema-to-typescript';

const schema = filledIn(await readSchema('topology'));
const plan = await readSchema('plan');
const generated = {
  'topology/schema.generated.ts': await types(
    withoutExpression(schema),
    'topology',
    'TopologyFile',
  ),
  'file/validators.generated.ts': validators(),
  'reconcile/plan.generated.ts': await types(plan, 'plan', 'PlanDocument'),
  'management/record.generated.ts': await types(
    await readSchema('record'),
    'record',
    'RecordDocument',
  ),
  'management/validators.generated.ts': recordValidator(
    'record',
    'record',
    await readSchema('record'),
  ),
  'harness/messaging/task.generated.ts': await types(await readSchema('task'), 'task', 'Task'),
  'harness/messaging/result.generated.ts': await types(
    await readSchema('result'),
    'result',
    'Result',
  ),
  'harness/messaging/event.generated.ts': await types(
    await readSchema('event'),
    'event',
    'EventMessage',
  ),
  'harness/messaging/validators.generated.ts': harnessValidators({
    task: await readSchema('task'),
    result: await readSchema('result'),
    event: await readSchema('event'),
  }),
  'harness/train/job/job.generated.ts': await types(
    complete(await readSchema('job')),
    'job',
    'Job',
  ),
  'harness/train/job/validators.generated.ts': fillingValidator('job', await readSchema('job')),
  'harness/publish/sweep.generated.ts': await types(
    complete(await readSchema('sweep')),
    'sweep',
    'Sweep',
  ),
  'harness/publish/validators.generated.ts': fillingValidator('sweep', await readSchema('sweep')),
  'harness/trainers/exec/message.generated.ts': await types(
    await readSchema('exec'),
    'exec',
    'Message',
  ),
  'harness/trainers/exec/validators.generated.ts': messageValidators(await readSchema('exec')),
  'sandbox/record.generated.ts': await types(await readSchema('sandbox'), 'sandbox', 'Remembered'),
  'sandbox/validators.generated.ts': recordValidator(
    'sandbox',
    'remembered',
    await readSchema('sandbox'),
  ),
};

for (const [file, text] of Object.entries(generated)) {
  const target = new URL(`../src/${file}`, import.meta.url);
  if (!process.argv.includes('--check')) {
    await writeFile(target, text);
  } else if ((await readFile(target, 'utf8').catch(() => '')) !== text) {
    console.error(`src/${file} is out of date: npm run generate`);
    process.exitCode = 1;
  }
}

/** The schema of a file whose expressions are filled in: an expression is no alternative any more. */
function filledIn(node) {
  if (Array.isArray(node)) return node.map(filledIn);
  if (node === null || typeof node !== 'object') return node;
  const { anyOf, ...rest } = node;
  const alternatives = anyOf?.filter((item) => item.$ref !== '#/$defs/expression');
  if (alternatives?.length === 1) return filledIn({ ...rest, ...alternatives[0] });
  return mapValues(node, (value, key) => filledIn(key === 'anyOf' ? alternatives : value));
}

async function readSchema(name) {
  return JSON.parse(
    await readFile(new URL(`../schema/${name}.schema.json`, import.meta.url), 'utf8'),
  );
}

function withoutExpression({ $defs, ...rest }) {
  const kept = Object.entries($defs).filter(([name]) => name !== 'expression');
  return { ...rest, $defs: Object.fromEntries(kept) };
}

/** A title would make a type of its own. */
function types(schema, file, name) {
  const source = { ...without(['title', 'examples'], schema), title: name };
  return compile(source, name, {
    bannerComment: `// Generated from schema/${file}.schema.json by npm run generate.`,
    unreachableDefinitions: false,
  });
}

/** One validator for a file without its lists' entries, and one for each kind of entry, once expanded. */
function validators() {
  const properties = mapValues(schema.properties, ({ items, ...property }, name) =>
    ['exchanges', 'queues', 'bindings'].includes(name) || !items
      ? property
      : { ...property, items },
  );
  const head = { ...schema, properties };
  const ajv = new Ajv2020({
    ...{ allErrors: true, ownProperties: true, verbose: true, allowUnionTypes: true },
    code: { source: true, esm: true, lines: true },
  });
  ajv.addSchema(without(['title', 'examples', 'description', 'default'], head), 'file');
  const entries = { exchange: 'exchange', queue: 'queue', binding: 'binding', forEach: 'for_each' };
  const code = standalone.default(ajv, {
    head: 'file',
    ...mapValues(entries, (name) => `file#/$defs/${name}`),
  });
  return `// Generated from schema/topology.schema.json by npm run generate.\n// @ts-nocheck\n${code}\n`;
}

/** With what every error is about, for messages of our own; of events one for each kind. */
function harnessValidators(schemas) {
  const ajv = new Ajv2020({
    ...{ allErrors: true, ownProperties: true, verbose: true },
    code: { source: true, esm: true, lines: true },
  });
  for (const [name, one] of Object.entries(schemas))
    ajv.addSchema(without(['title', 'examples', 'description', 'default'], one), name);
  const code = standalone.default(ajv, {
    ...{ task: 'task', result: 'result' },
    ...{ heartbeat: 'event#/$defs/heartbeat', event: 'event#/$defs/event' },
  });
  const files = Object.keys(schemas).join(',');
  return `// Generated from schema/{${files}}.schema.json by npm run generate.\n// @ts-nocheck\n${asModule(code)}\n`;
}

/** The first fault is enough, as nobody wrote it by hand: it only tells whether topo did. `name`: of the function, too. */
function recordValidator(file, name, record) {
  const ajv = new Ajv2020({
    ...{ ownProperties: true, strict: false },
    code: { source: true, esm: true, lines: true },
  });
  ajv.addSchema(without(['title', 'description', 'examples'], record), name);
  const code = standalone.default(ajv, { [name]: name });
  return `// Generated from schema/${file}.schema.json by npm run generate.\n// @ts-nocheck\n${asModule(code)}\n`;
}

/** AJV counts characters with a function of its own and requires it, which a module can't: the function goes along. */
function asModule(code) {
  return code.replace('require("ajv/dist/runtime/ucs2length").default', String(ucs2length.default));
}

/** Fills in the defaults. Examples stay: what a text must look like is told by them. `name`: of the schema, and of the function. */
function fillingValidator(name, file) {
  const ajv = new Ajv2020({
    ...{ allErrors: true, ownProperties: true, verbose: true, useDefaults: true },
    code: { source: true, esm: true, lines: true },
  });
  ajv.addSchema(without(['title', 'description'], file), name);
  const code = standalone.default(ajv, { [name]: name });
  return `// Generated from schema/${name}.schema.json by npm run generate.\n// @ts-nocheck\n${code}\n`;
}

/** The schema of a value whose defaults are filled in: what has one is always there. */
function complete(node) {
  if (Array.isArray(node)) return node.map(complete);
  if (node === null || typeof node !== 'object') return node;
  const { properties = {}, required = [] } = node;
  const given = Object.keys(properties).filter((name) => 'default' in properties[name]);
  const all = { ...node, required: [...new Set([...required, ...given])] };
  return mapValues(node.type === 'object' ? all : node, (value, key) =>
    key === 'default' || key === 'examples' || key === 'required' ? value : complete(value),
  );
}

/** One for each message that a trainer sends, and one for what it was sent for. */
function messageValidators({ $id, $defs }) {
  const ajv = new Ajv2020({
    ...{ ownProperties: true, strict: false, strictNumbers: true },
    code: { source: true, esm: true, lines: true },
  });
  ajv.addSchema(without(['title', 'examples', 'description'], { $id, $defs }), 'exec');
  const names = ['ready', 'progress', 'result', 'error', 'pong', 'trained'];
  const code = standalone.default(
    ajv,
    Object.fromEntries(names.map((name) => [name, `exec#/$defs/${name}`])),
  );
  return `// Generated from schema/exec.schema.json by npm run generate.\n// @ts-nocheck\n${code}\n`;
}

/** Annotations are left out, but not the properties of an object that have their names, nor what would fit a pattern. */
function without(annotations, node, isProperties = false) {
  if (Array.isArray(node)) return node.map((item) => without(annotations, item));
  if (node === null || typeof node !== 'object') return node;
  const isKept = (key) =>
    isProperties || !annotations.includes(key) || (key === 'examples' && 'pattern' in node);
  const kept = Object.entries(node).filter(([key]) => isKept(key));
  return mapValues(Object.fromEntries(kept), (value, key) =>
    without(annotations, value, key === 'properties' && !isProperties),
  );
}

function mapValues(object, map) {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value, key)]));
}
