// What topo says on a broker without plugins, and with its feature flags disabled, as upgrades
// leave them.
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exit } from '../../src/cli/exit.ts';
import { startSandbox } from '../../src/sandbox/start.ts';
import { deleteSandbox } from '../../src/sandbox/stop.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { api } from '../broker.ts';
import { brokerOf, type Broker } from '../broker-of.ts';
import { evaluate } from '../erlang.ts';
import { readInstallation, sandboxRoot } from '../sandbox/root.ts';
import { callTopo } from './topo.ts';

const name = 'bare';
let node: Sandbox;
let broker: Broker;
let folder = '';

const file = `
vhost: plain
vhosts: [{ name: plain }]
parameters:
  - component: shovel
    name: s
    value: { src-uri: 'amqp://', src-queue: a, dest-uri: 'amqp://', dest-queue: b }
  - { component: federation-upstream, name: f, value: { uri: 'amqp://' } }
policies:
  - { name: p, pattern: a, definition: { federation-upstream: f } }
`;

/** At its first boot a node enables the feature flags that this variable names: none. */
async function startBare(): Promise<Sandbox> {
  const root = await sandboxRoot();
  await mkdir(join(root, name), { mode: 0o700 });
  await writeFile(join(root, name, 'enabled_plugins'), '[].\n');
  const installation = await readInstallation();
  if (installation.kind !== 'local') throw new Error('this needs an installed RabbitMQ');
  const server = join(root, 'server');
  const script = `#!/bin/sh\nRABBITMQ_FEATURE_FLAGS= exec '${installation.server}' "$@"\n`;
  await writeFile(server, script);
  await chmod(server, 0o755);
  return startSandbox({ root, name, installation: { ...installation, server } });
}

beforeAll(async () => {
  node = await startBare();
  broker = brokerOf(node);
  await untilItSaysWhatItRuns();
  folder = await mkdtemp(join(tmpdir(), 'topo-bare-'));
}, 180_000);
afterAll(async () => {
  await deleteSandbox(node);
  await rm(folder, { recursive: true });
});

/** Some seconds after it has booted. */
async function untilItSaysWhatItRuns(): Promise<void> {
  for (;;) {
    const [row] = (await api('GET', 'nodes', undefined, broker)) as { applications?: unknown }[];
    if (row?.applications !== undefined) return;
    await sleep(100);
  }
}

const topo = (args: string[], user = broker.username, password = broker.password) =>
  callTopo(args, folder, {
    RABBITMQ_ENDPOINT: broker.endpoint,
    RABBITMQ_USERNAME: user,
    RABBITMQ_PASSWORD: password,
  });

interface Flag {
  readonly name: string;
  readonly state: string;
  readonly stability: string;
}

test('an apply names the feature flags to enable', async () => {
  const write = (text: string) => writeFile(join(folder, 'topology.yaml'), text);
  const flags = (await api('GET', 'feature-flags', undefined, broker)) as Flag[];
  const disabled = flags.filter(({ state }) => state === 'disabled');
  const stable = disabled.filter(({ stability }) => stability === 'stable');
  const names = stable.map(({ name }) => name).join(', ');
  expect(stable.length).toBeGreaterThan(1);
  await write('exchanges: [{ name: x, type: topic }]\n');
  const first = await topo(['apply', '--yes']);
  expect(first, first.err).toMatchObject({ code: exit.done });
  expect(first.out).toContain(
    `${stable.length} feature flags of RabbitMQ are disabled: ${names}\n`,
  );
  expect(first.out).toContain(
    'enable them before the next upgrade: rabbitmqctl enable_feature_flag all',
  );
  const second = await topo(['apply', '--yes']);
  expect(second.out).not.toContain('feature flag');
});

describe('policies and parameters whose plugin the broker lacks', () => {
  beforeAll(() => writeFile(join(folder, 'topology.yaml'), file));

  const slow = 'topo waits whether a plugin that was just enabled shows';

  test('an administrator is refused before the first write', { meta: { slow } }, async () => {
    const { code, err } = await topo(['apply', '--yes']);
    expect(code).toBe(3);
    expect(err).toContain('topology.yaml:5:16');
    expect(err).toContain(
      'shovel "s": RabbitMQ refuses the component shovel without the plugin rabbitmq_shovel, which no node of this broker runs',
    );
    expect(err).toContain('enable it on every node: rabbitmq-plugins enable rabbitmq_shovel');
    expect(err).toContain('topology.yaml:8:18');
    expect(err).toContain('topology.yaml:10:63');
    expect(err.match(/rabbitmq-plugins enable rabbitmq_federation/g)).toHaveLength(2);
    const vhosts = (await api('GET', 'vhosts', undefined, broker)) as { name: string }[];
    expect(vhosts.map((one) => one.name)).toEqual(['/']);
  });

  test('a policymaker, who may not know, is warned, and sees what the broker says', async () => {
    await api('PUT', 'vhosts/plain', undefined, broker);
    await api('PUT', 'users/maker', { password: 'sesame', tags: 'policymaker' }, broker);
    const rights = { configure: '.*', write: '.*', read: '.*' };
    await api('PUT', 'permissions/plain/maker', rights, broker);
    await writeFile(join(folder, 'topology.yaml'), file.replace(/^vhosts:.*$/m, ''));

    const plan = await topo(['plan'], 'maker', 'sesame');
    expect(plan.code).toBe(0);
    expect(plan.out).toContain('3 to create');
    expect(plan.out).toContain(
      'shovel "s": RabbitMQ refuses the component shovel without the plugin rabbitmq_shovel, and this user may not read whether the broker has it',
    );
    const apply = await topo(['apply', '--yes'], 'maker', 'sesame');
    expect(apply.code).toBe(1);
    expect(apply.out + apply.err).toContain('component shovel not found');
  });

  test('a plugin that was enabled a moment ago is there', { meta: { slow } }, async () => {
    const enabled = join(node.folder, 'enabled_plugins');
    const plugins = ['management', 'shovel', 'federation'].map((one) => `rabbitmq_${one}`);
    await writeFile(enabled, `[${plugins.join(',')}].\n`);
    // What rabbitmq-plugins enable does.
    await evaluate(node, `rabbit_plugins:ensure("${enabled}")`);
    await writeFile(join(folder, 'topology.yaml'), file);
    const { code, out } = await topo(['plan']);
    expect(code).toBe(0);
    expect(out).not.toContain('without the plugin');
  });
});
