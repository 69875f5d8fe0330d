// What topo render prints is a topology file that declares, owns and expects the same.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  renderDocument,
  renderDocumentJson,
  resolveTopology,
} from '../../src/file/render-topology.ts';
import { renderYaml } from '../../src/file/render-yaml.ts';
import { Resolved } from '../../src/file/resolved.ts';
import { noConsents } from '../../src/reconcile/consents.ts';
import { fromFiles } from '../../src/reconcile/source.ts';
import { noneEarlier } from '../../src/reconcile/unfinished.ts';
import type { Desired } from '../../src/topology/desired.ts';
import { canonicalObject } from '../../src/topology/normal-form.ts';
import { InvalidInput } from '../../src/topology/problem.ts';
import { atEffort } from '../effort.ts';
import { MemoryBroker } from '../reconcile/memory-broker.ts';
import { objects, scopes, toDesired, toLive, vhosts } from '../reconcile/worlds.ts';
import { hostileObjects } from './hostile-objects.ts';
import { problemsOf, read, readText, type Given } from './read.ts';

const renderers = {
  yaml: (one: Rendered) => renderDocument(one, 'Rendered.'),
  json: renderDocumentJson,
};
type Rendered = ReturnType<typeof resolveTopology>;

async function rendered(given: Given): Promise<{ desired: Desired } & Rendered> {
  const resolved = new Resolved();
  const desired = await read(given, resolved);
  return {
    desired,
    ...resolveTopology(desired, resolved, resolved.isGenerated ? 'topo 1' : undefined),
  };
}

const textOf = async (files: Given['files'], more: Partial<Given> = {}): Promise<string> =>
  renderDocument(await rendered({ files, ...more }), 'Rendered.');

const contentOf = ({ objects, scopes, outputs, harness, expectations }: Desired): unknown => ({
  objects: [...objects.values()].map(({ object }) => canonicalObject(object)).sort(),
  scopes,
  outputs,
  harness: harness?.section,
  expectations: expectations.map(({ cluster_name, vhosts: names }) => [
    cluster_name?.value,
    names?.value,
  ]),
});

describe.each(Object.entries(renderers))('as %s', (_, render) => {
  test('objects of any name read back equal', async () => {
    await fc.assert(
      fc.asyncProperty(hostileObjects, async (given) => {
        const one = await rendered({ files: { 'a.yaml': renderYaml(given, { vhost: '/' }) } });
        const again = await readText(render(one));
        expect(contentOf(again)).toEqual(contentOf(one.desired));
      }),
      { numRuns: atEffort(40) },
    );
  });

  test('all sections read back equal, and rendering them again changes nothing', async () => {
    const one = await rendered({ files: { 'a.yaml': everything }, env: { PW: 'hunter2' } });
    const text = render(one);
    const again = await rendered({ files: { 'a.yaml': text }, env: { PW: 'hunter2' } });
    expect(contentOf(again.desired)).toEqual(contentOf(one.desired));
    expect(render(again)).toBe(text);
    expect(text).not.toContain('hunter2');
  });
});

test('a rendered world plans to the same', async () => {
  await fc.assert(
    fc.asyncProperty(objects, objects, scopes, async (declared, live, [scope]) => {
      const desired = toDesired(declared, ...(scope ? [scope] : []));
      const text = renderDocument(resolveTopology(desired, new Resolved(), undefined), '');
      const again = await readText(text);
      const [before, after] = [await planOf(desired, live), await planOf(again, live)];
      expect(after).toBe(before);
    }),
    { numRuns: atEffort(100) },
  );
});

type Objects = Parameters<typeof toLive>[0];

/** Its id, or what is wrong. */
async function planOf(desired: Desired, live: Objects): Promise<string> {
  const broker = new MemoryBroker(toLive(live, vhosts));
  const options = { endpoint: 'http://b', selection: { targets: [] }, consents: noConsents };
  const source = fromFiles(withVhosts(desired), broker, { ...options, earlier: noneEarlier });
  try {
    return (await source.read()).plan.id;
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    return error.problems
      .map(({ code, message }) => `${code} ${message}`)
      .sort()
      .join('\n');
  }
}

/** A world's vhosts are those of its scopes; a file's also those of its entries. */
function withVhosts(desired: Desired): Desired {
  const at = { file: 'topology.yaml', line: 1, col: 1 };
  return { ...desired, vhosts: new Map(vhosts.map((vhost) => [vhost, at])) };
}

test('a renamed queue keeps its former name', async () => {
  const files = { 'a.yaml': 'queues: [{ name: orders.v2, renamed_from: orders }]\n' };
  expect(await textOf(files)).toContain('  - name: orders.v2\n    renamed_from: orders\n');
});

test('each pattern of queues keeps its strictest rule', async () => {
  const files = {
    'a.yaml': 'manage: { queues: [a.*, { match: b.*, on_remove: drain }] }\n',
    'b.yaml':
      'manage: { queues: { match: a.*, on_remove: "${rule}" } }\nvariables: { rule: refuse }\n',
    'c.yaml': 'manage: { queues: [{ match: b.*, on_remove: delete-if-empty }, { match: c }] }\n',
  };
  expect(await textOf(files)).toContain(
    `manage:
  queues: [{ match: 'a.*', on_remove: refuse }, { match: 'b.*', on_remove: drain }, c]
`,
  );
});

test('several files become one', async () => {
  const files = {
    'a.yaml':
      "variables: { n: 2 }\nmanage: { queues: [a.*] }\nexpect: { vhosts: [/] }\nqueues: [{ for_each: { i: '1..${n}' }, name: 'a.${i}' }]\n",
    'b.yaml':
      'manage: { queues: [b.*, a.*], bindings_into: [b.1] }\nprotect: { exchanges: [x] }\nexpect: { cluster_name: rabbit@prod }\nqueues: [{ name: b.1 }]\noutputs: { b: b.1 }\n',
  };
  expect(await textOf(files, { vars: ['n=1'] })).toBe(`# Rendered.
vhost: /

expect:
  cluster_name: 'rabbit@prod'
  vhosts: [/]

manage:
  queues: ['a.*', 'b.*']
  bindings_into: [b.1]

protect:
  exchanges: [x]

queues:
  - name: a.1
  - name: b.1

outputs:
  b: b.1
`);
});

test('a file that owns all takes in what the others own', async () => {
  const files = { 'a.yaml': 'manage: { queues: [q] }\n', 'b.yaml': 'manage: all\n' };
  expect(await textOf(files)).toContain('\nmanage: all\n');
});

describe('what one file can’t say is an error', () => {
  test('objects owned in two vhosts', async () => {
    const files = {
      'a.yaml': 'vhost: a\nmanage: all\n',
      'b.yaml': 'vhost: b\nprotect: { queues: [q] }\n',
    };
    await expect(textOf(files)).rejects.toThrow(
      'the files own or protect objects of the vhosts "a" and "b", but one file owns those of one vhost only',
    );
  });

  test('two clusters', async () => {
    const files = {
      'a.yaml': 'expect: { cluster_name: a }\n',
      'b.yaml': 'expect: { cluster_name: b }\n',
    };
    await expect(textOf(files)).rejects.toThrow(
      /the file is for cluster "b", but \S+a.yaml:1:25 is/,
    );
  });
});

test('entries of another vhost name it', async () => {
  const files = {
    'a.yaml': 'vhost: a\nqueues: [{ name: q }]\n',
    'b.yaml':
      'vhost: b\nqueues: [{ name: q }]\npolicies: [{ name: p, pattern: x, definition: { max-length: 1 } }]\n',
  };
  const text = await textOf(files);
  expect(text).toContain('  - name: q\n    vhost: b\n');
  expect(text).toMatch(/ {2}- name: p\n.*\n.*\n.*\n {4}vhost: b\n/);
});

test('an export stays one: its odd values are only warnings', async () => {
  const text =
    '{ "rabbit_version": "3.10.8", "queues": [{ "name": "${q}", "vhost": "/", "durable": true, "auto_delete": false, "arguments": { "x-odd": 1 } }], "vhosts": [{ "name": "/", "metadata": { "default_queue_type": "quorum" } }] }';
  const again = await textOf({ 'a.json': text });
  expect(again).toContain('exported_by: topo 1\n');
  expect(await problemsOf(readText(again))).toMatch(
    /^topology.yaml:\d+:\d+ warning unknown-argument/,
  );
  expect(again).toContain("name: '$${q}'");
});

describe('a secret', () => {
  const env = { PW: 'hunter2', USER: 'u', URI: 'amqp://u:hunter2@h' };
  const rows: [string, string, string, string[]][] = [
    ['from the environment', "password: '${env:PW}'", "password: '${env:PW}'", []],
    ['through a variable', "password: '${pw}'", "password: '${env:PW}'", []],
    [
      'in the file',
      'password: hunter2',
      "password: '${env:USER_APP_PASSWORD}'",
      ['USER_APP_PASSWORD'],
    ],
    [
      'in part in the file',
      "password: 'hunter2${env:USER}'",
      "password: '${env:USER_APP_PASSWORD}'",
      ['USER_APP_PASSWORD'],
    ],
    [
      'as a hash',
      'password_hash: hunter2=',
      "password_hash: '${env:USER_APP_PASSWORD_HASH}'",
      ['USER_APP_PASSWORD_HASH'],
    ],
  ];
  test.each(rows)('%s', async (_, field, shown, named) => {
    const text = `variables: { pw: '\${env:PW}' }\nusers: [{ name: app, ${field} }]\n`;
    const one = await rendered({ files: { 'a.yaml': text }, env });
    for (const render of Object.values(renderers)) expect(render(one)).not.toContain('hunter2');
    expect(renderDocument(one, '')).toContain(`    ${shown}\n`);
    expect(one.secrets.map(({ variable }) => variable)).toEqual(named);
  });

  const uris: [string, string][] = [
    ['amqp://', 'amqp://'],
    ['amqp://host/vhost', 'amqp://host/vhost'],
    ['amqp://u@host', 'amqp://u@host'],
    ['amqp://u:${env:PW}@host', 'amqp://u:${env:PW}@host'],
    ['${env:URI}', '${env:URI}'],
    ['amqp://u:hunter2@host', '${env:PARAMETER_S_SRC_URI}'],
    ['amqp://u:hunter2${env:USER}@host', '${env:PARAMETER_S_SRC_URI}'],
    ['amqp://u:hunter2@${env:USER}', '${env:PARAMETER_S_SRC_URI}'],
    ['amqps://host?password=hunter2', '${env:PARAMETER_S_SRC_URI}'],
  ];
  test.each(uris)('in the URI %s', async (uri, shown) => {
    const text = `parameters: [{ name: s, component: shovel, value: { src-queue: a, src-uri: '${uri}', dest-uri: amqp:// } }]\n`;
    const one = await textOf({ 'a.yaml': text }, { env });
    expect(one).toContain(`src-uri: '${shown}'`);
  });

  test('of another entry of the same name gets another variable', async () => {
    const text = 'users: [{ name: a b, password: x }, { name: a.b, password: y }]\n';
    const { secrets } = await rendered({ files: { 'a.yaml': text } });
    expect(secrets).toEqual([
      { field: 'password of user a b', variable: 'USER_A_B_PASSWORD', needsLeave: false },
      { field: 'password of user a.b', variable: 'USER_A_B_PASSWORD_2', needsLeave: false },
    ]);
  });

  test('that may be shown is shown where it is not in a secret field', async () => {
    const text = "queues: [{ name: 'q-${env:REGION}' }]\n";
    const shown = await textOf({ 'a.yaml': text }, { env: { REGION: 'eu' }, allowEnv: ['REGION'] });
    expect(shown).toContain('name: q-eu');
  });
});

const everything = `
variables: { workers: 2, pw: '\${env:PW}', text: 'a$\${b}' }
vhost: prod
manage: { queues: ['worker_*'], bindings_into: [x] }
protect: { exchanges: pay }
expect: { cluster_name: rabbit@prod, vhosts: [prod, other] }
default_queue_type: quorum
exchanges:
  - { name: ml_tasks, type: direct }
queues:
  - for_each: { n: '1..\${workers}' }
    name: worker_\${n}
    arguments: { my: { deep: [1, 2.0, '\${text}'] }, x-overflow: reject-publish }
  - { name: elsewhere, vhost: other, durable: false }
bindings:
  - { source: ml_tasks, destination: worker_1, routing_key: a, arguments: { z: 1 } }
outputs: { tasks: ml_tasks, n: '\${workers}', none: null, float: 1.0 }
harness: { tasks: ml_tasks, users: { workers: [w], coordinator: c } }
vhosts: [{ name: other, default_queue_type: classic }]
users: [{ name: app, password: '\${pw}', tags: [management] }]
permissions: [{ user: app, vhost: prod, configure: '', write: '', read: '.*' }]
topic_permissions: [{ user: app, vhost: prod, exchange: ml_tasks, write: a, read: b }]
policies: [{ name: p, pattern: '^a', definition: { max-length: 5 }, priority: 1 }]
parameters: [{ name: s, component: shovel, value: { src-uri: 'amqp://u:\${pw}@h', src-queue: a, dest-uri: amqp:// } }]
global_parameters: [{ name: g, value: 5 }]
`;
