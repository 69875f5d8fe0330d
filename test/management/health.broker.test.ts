// What users of each tag can know of the cluster, and what a health check's answers mean.
import { expect, test } from 'vitest';
import { freshVhost } from '../broker.ts';
import { isBefore } from '../version.ts';
import { forward, openTestBroker, proxyTo, serve, userWith } from './arrange.ts';

const seen = [
  { tag: 'management', nodes: undefined },
  { tag: 'policymaker', nodes: undefined },
  { tag: 'monitoring', nodes: 1 },
  { tag: 'administrator', nodes: 1 },
];

test.each(seen)('$tag: nodes $nodes, and the alarms', async ({ tag, nodes }) => {
  const vhost = await freshVhost();
  const all = { configure: '.*', write: '.*', read: '.*' };
  const opened = openTestBroker(await userWith(`health-${tag}`, tag, { [vhost]: all }));
  const health = await opened.readHealth();
  expect(health.alarms).toEqual([]);
  expect(health.nodes?.length).toBe(nodes);
  const mayListFlags = !isBefore(4) || tag === 'administrator';
  expect(health.disabledFlags === undefined).toBe(!mayListFlags);
  for (const node of health.nodes ?? []) {
    expect(node).toMatchObject({ running: true, partitions: [] });
    expect(node.name).toMatch(/^\S+@\S+$/);
  }
});

test('it takes three requests', async () => {
  const proxy = await proxyTo();
  await openTestBroker({ RABBITMQ_ENDPOINT: `http://127.0.0.1:${proxy.port}` }).readHealth();
  expect(proxy.requests.length).toBe(3);
});

const alarm = { node: 'rabbit@a', resource: 'memory' };
const reason = 'There are alarms in effect in the cluster';

test("a health check's own 503 is an answer, a proxy's is retried", async () => {
  const answers = ['<html>unavailable</html>', { status: 'failed', reason, alarms: [alarm] }];
  const endpoint = await serve((request, response) => {
    if (request.url?.includes('health/checks') !== true) return void forward(request, response);
    const answer = answers.shift();
    response.statusCode = 503;
    response.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
  });
  const opened = openTestBroker({ RABBITMQ_ENDPOINT: endpoint });
  expect((await opened.readHealth()).alarms).toEqual([alarm]);
  expect(answers).toEqual([]);
});
