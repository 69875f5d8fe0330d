// Generates what follows from schema/topology.schema.json: the TypeScript types of a file, and AJV's
// validators, compiled ahead because compiling them would cost every start 100 ms. --check only compares.
import { readFile, writeFile } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import standalone from 'ajv/dist/standalone/index.js';
import { compile } from 'json-schema-to-typescript';

const schemaFile = new URL('../schema/topology.schema.json', import.meta.url);
const schema = filledIn(JSON.parse(await readFile(schemaFile, 'utf8')));
const generated = {
  'topology/schema.generated.ts': await types(),
  'file/validators.generated.ts': validators(),
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

/** A title would make a type of its own. */
async function types() {
  const { expression: _, ...$defs } = schema.$defs;
  const source = { ...without(['title', 'examples'], { ...schema, $defs }), title: 'TopologyFile' };
  return compile(source, 'TopologyFile', {
    bannerComment: '// Generated from schema/topology.schema.json by npm run generate.',
    unreachableDefinitions: false,
  });
}

/** One validator for a file without its lists' entries, and one for each kind of entry, once expanded. */
function validators() {
  const { exchanges, queues, bindings, ...properties } = schema.properties;
  const lists = mapValues({ exchanges, queues, bindings }, ({ items: _, ...list }) => list);
  const head = { ...schema, properties: { ...properties, ...lists } };
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

/** Annotations are left out, but not the properties of an object that have their names. */
function without(annotations, node, isProperties = false) {
  if (Array.isArray(node)) return node.map((item) => without(annotations, item));
  if (node === null || typeof node !== 'object') return node;
  const kept = Object.entries(node).filter(([key]) => isProperties || !annotations.includes(key));
  return mapValues(Object.fromEntries(kept), (value, key) =>
    without(annotations, value, key === 'properties' && !isProperties),
  );
}

function mapValues(object, map) {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value, key)]));
}
