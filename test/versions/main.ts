// npm run test:versions -- [4.0 4.3] [--at-once 2] [--files test/cli]: runs what must hold on every
// version against each release of RabbitMQ, and prints a table.
import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { releases, setUpServer, type Release } from './releases.ts';
import { byVersion, isGood, renderRows, type Row } from './rows.ts';
import { runTests } from './run.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'at-once': { type: 'string', default: String(availableParallelism()) },
    files: { type: 'string', multiple: true, default: [] },
  },
});
const logs = 'reports/versions';
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    interrupted.abort();
    process.exitCode = 130;
  });
}

function chosen(): Release[] {
  const unknown = positionals.filter((name) => !releases.some(({ minor }) => minor === name));
  if (unknown.length > 0) throw new Error(`no such release: ${unknown.join(', ')}`);
  if (positionals.length === 0) return [...releases];
  return releases.filter(({ minor }) => positionals.includes(minor));
}

async function testRelease(release: Release): Promise<Row> {
  const log = `${logs}/${release.minor}.log`;
  try {
    const server = await setUpServer(release);
    console.error(`testing ${server.version}`);
    const options = { files: values.files, log, signal: interrupted.signal };
    return { version: server.version, log, outcome: await runTests(server, options) };
  } catch (error) {
    return { version: release.minor, log, error: String(error) };
  }
}

async function testAll(waiting: Release[], rows: Row[]): Promise<void> {
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    rows.push(await testRelease(next));
  }
}

await mkdir(logs, { recursive: true });
const rows: Row[] = [];
const waiting = chosen();
const lanes = Math.max(1, Number(values['at-once']));
await Promise.all(Array.from({ length: lanes }, () => testAll(waiting, rows)));
rows.sort(byVersion);
console.log(renderRows(rows, lanes));
if (!rows.every(isGood)) process.exitCode ??= 1;
