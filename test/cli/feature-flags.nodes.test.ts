// A broker whose feature flags are left disabled, as upgrades leave them: an apply says which, and
// what to do.
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exit } from '../../src/cli/exit.ts';
import { sandboxEnvironment } from '../../src/sandbox/sandbox.ts';
import { startSandbox } from '../../src/sandbox/start.ts';
import { killSandbox } from '../../src/sandbox/stop.ts';
import { atEnd } from '../at-end.ts';
import { brokerOf } from '../broker-of.ts';
import { api } from '../broker.ts';
import { readInstallation, sandboxRoot } from '../sandbox/root.ts';
import { callTopo } from './topo.ts';

interface Flag {
  readonly name: string;
  readonly state: string;
  readonly stability: string;
}

/** At its first boot a node enables those that this variable names: none. */
async function startWithoutFlags() {
  const root = await sandboxRoot();
  const installation = await readInstallation();
  if (installation.kind !== 'local') throw new Error('this needs an installed RabbitMQ');
  const server = join(root, 'server');
  const script = `#!/bin/sh\nRABBITMQ_FEATURE_FLAGS= exec '${installation.server}' "$@"\n`;
  await writeFile(server, script);
  await chmod(server, 0o755);
  const node = await startSandbox({
    root,
    name: 'node',
    installation: { ...installation, server },
  });
  atEnd(() => killSandbox(node));
  return node;
}

const slow = 'a node of its own boots';
test(
  'an apply names the feature flags to enable',
  { meta: { slow }, timeout: 180_000 },
  async () => {
    const node = await startWithoutFlags();
    const folder = await mkdtemp(join(tmpdir(), 'topo-flags-'));
    atEnd(() => rm(folder, { recursive: true }));
    const write = (text: string) => writeFile(join(folder, 'topology.yaml'), text);
    const flags = (await api('GET', 'feature-flags', undefined, brokerOf(node))) as Flag[];
    const disabled = flags.filter(({ state }) => state === 'disabled');
    const stable = disabled.filter(({ stability }) => stability === 'stable');
    const names = stable.map(({ name }) => name).join(', ');
    expect(stable.length).toBeGreaterThan(1);
    await write('exchanges: [{ name: x, type: topic }]\n');
    const first = await callTopo(['apply', '--yes'], folder, sandboxEnvironment(node));
    expect(first, first.err).toMatchObject({ code: exit.done });
    expect(first.out).toContain(
      `${stable.length} feature flags of RabbitMQ are disabled: ${names}\n`,
    );
    expect(first.out).toContain(
      'enable them before the next upgrade: rabbitmqctl enable_feature_flag all',
    );
    const second = await callTopo(['apply', '--yes'], folder, sandboxEnvironment(node));
    expect(second.out).not.toContain('feature flag');
  },
);
