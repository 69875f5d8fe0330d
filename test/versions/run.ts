// Runs tests against one RabbitMQ, in a vitest of their own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Server } from './releases.ts';

export interface Outcome {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly seconds: number;
  /** The names of the tests that failed, and of files that broke. */
  readonly failures: readonly string[];
  /** Whether vitest itself ended well: a worker that died may leave no failed test. */
  readonly isClean: boolean;
}

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/** What must hold on every version: all tests of a broker, and of those of nodes what is listed. */
const everyVersion: readonly string[] = [
  '.broker.test.ts',
  'test/amqp/same-broker.nodes.test.ts',
  'test/cli/bare-node.nodes.test.ts',
  'test/cli/dead-queue.nodes.test.ts',
  'test/cli/killed-broker.nodes.test.ts',
  'test/cli/leaderless.nodes.test.ts',
  'test/cli/super-streams.nodes.test.ts',
  'test/connection/oauth.nodes.test.ts',
  'test/management/amqp-writes.nodes.test.ts',
];

interface RunOptions {
  /** Only these test files. Those of nodes and of faults are named in full. */
  readonly files: readonly string[];
  /** Keeps what vitest prints. */
  readonly log: string;
  readonly signal?: AbortSignal;
}

export async function runTests(server: Server, options: RunOptions): Promise<Outcome> {
  const { files, log, signal } = options;
  const folder = await mkdtemp(join(tmpdir(), 'topo-versions-'));
  const report = join(folder, 'report.json');
  const started = Date.now();
  try {
    const isAll = files.length === 0;
    const chosen = isAll ? everyVersion : files;
    const env = {
      ...process.env,
      ...(isAll && { TOPO_TEST_WHOLE: '1' }),
      TOPO_RABBITMQ_SERVER: server.script,
      TOPO_TEST_REPORT: report,
    };
    const isChosen = (name: string) => chosen.some((file) => file.includes(`.${name}.`));
    const args = ['--project', 'broker', ...(isChosen('faults') ? ['--project', 'faults'] : [])];
    if (!isChosen('nodes')) args.push('--exclude', '**/*.nodes.test.ts');
    const child = spawn('npx', ['--no-install', 'vitest', 'run', ...args, ...chosen], {
      env,
      signal,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const file = createWriteStream(log);
    child.stdout.pipe(file, { end: false });
    child.stderr.pipe(file, { end: false });
    const [code] = (await once(child, 'close')) as [number | null];
    file.end();
    const text = await readFile(report, 'utf8').catch(() => '{"testResults":[]}');
    const seconds = Math.round((Date.now() - started) / 1000);
    return { ...summarize(JSON.parse(text) as Report), seconds, isClean: code === 0 };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function summarize({ testResults }: Report): Omit<Outcome, 'seconds' | 'isClean'> {
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  const broken = testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && assertionResults.every((test) => test.status !== 'failed'),
  );
  const failed = tests.filter(({ status }) => status === 'failed');
  const passed = tests.filter(({ status }) => status === 'passed');
  return {
    passed: passed.length,
    failed: failed.length + broken.length,
    skipped: tests.length - passed.length - failed.length,
    failures: [...failed.map(({ fullName }) => fullName), ...broken.map(({ name }) => name)],
  };
}

/** Nothing failed, and something ran. */
export const isGreen = ({ passed, failed, isClean }: Outcome): boolean =>
  isClean && failed === 0 && passed > 0;
