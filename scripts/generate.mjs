// Generates the TypeScript types of the schemas. --check compares them, and refuses other generated
// files: validators are built, not committed.
import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { compile } from 'json-schema-to-typescript';
import { filledIn, mapValues, readSchema, without } from './schemas.mjs';

/** Each file with its schema and the name of its type. */
const types = {
  'topology/schema.generated.ts': ['topology', 'TopologyFile', filledIn],
  'file/environment.generated.ts': ['environment', 'EnvironmentFile'],
  'reconcile/plan.generated.ts': ['plan', 'PlanDocument'],
  'management/record.generated.ts': ['record', 'RecordDocument'],
  'report/run.generated.ts': ['run', 'RunDocument'],
  'harness/messaging/task.generated.ts': ['task', 'Task'],
  'harness/messaging/result.generated.ts': ['result', 'Result'],
  'harness/messaging/event.generated.ts': ['event', 'EventMessage'],
  'harness/train/job/job.generated.ts': ['job', 'Job', complete],
  'harness/publish/sweep.generated.ts': ['sweep', 'Sweep', complete],
  'harness/trainers/exec/message.generated.ts': ['exec', 'Message'],
  'sandbox/record.generated.ts': ['sandbox', 'Remembered'],
};

const isCheck = process.argv.includes('--check');
for (const [file, [schema, name, change]] of Object.entries(types)) {
  const target = new URL(`../src/${file}`, import.meta.url);
  const text = await render(schema, name, change);
  if (!isCheck) await writeFile(target, text);
  else if ((await readFile(target, 'utf8').catch(() => '')) !== text) {
    fail(`src/${file} is out of date: npm run generate`);
  }
}
if (isCheck) for (const file of strayFiles()) fail(`${file} is built or stray: don't commit it`);

/** A title would make a type of its own. */
async function render(schema, name, change = (node) => node) {
  const source = without(['title', 'examples'], change(await readSchema(schema)));
  return compile({ ...source, title: name }, name, {
    bannerComment: `// Generated from schema/${schema}.schema.json by npm run generate.`,
    unreachableDefinitions: false,
  });
}

/** The schema once defaults are filled in: a field with a default is always there. */
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

/** Finds files of src in git that are neither handwritten nor one of the types. */
function strayFiles() {
  const cwd = fileURLToPath(new URL('..', import.meta.url));
  const { stdout } = spawnSync('git', ['ls-files', 'src'], { cwd, encoding: 'utf8' });
  const isStray = (file) =>
    !file.endsWith('.ts') ||
    (file.endsWith('.generated.ts') && !(file.slice('src/'.length) in types));
  return stdout.split('\n').filter((file) => file !== '' && isStray(file));
}

function fail(message) {
  console.error(message);
  process.exitCode = 1;
}
