// No thrown error holds the password, in any of its properties.
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { openBroker } from '../../src/management/broker.ts';
import type { Broker } from '../../src/management/broker.ts';
import { broker } from '../broker.ts';
import { connectionTo, exchange, proxyTo, queue, serve } from './arrange.ts';

const password = 'sesame-öffne-dich';
const leaks = [password, Buffer.from(`intruder:${password}`).toString('base64')];

const faults: { name: string; env: () => Promise<NodeJS.ProcessEnv> }[] = [
  { name: 'a wrong password', env: () => Promise.resolve({}) },
  {
    name: 'nothing listens',
    env: () =>
      Promise.resolve({ RABBITMQ_ENDPOINT: 'http://127.0.0.1:1', AMQP_URL: 'amqp://127.0.0.1:1' }),
  },
  {
    name: 'userinfo in the addresses',
    env: () => {
      const userinfo = `intruder:${encodeURIComponent(password)}@`;
      const endpoint = broker.endpoint.replace('//', `//${userinfo}`);
      const amqpUrl = `amqp://${userinfo}${new URL(broker.amqpUrl).host}`;
      return Promise.resolve({ RABBITMQ_ENDPOINT: endpoint, AMQP_URL: amqpUrl });
    },
  },
  {
    name: 'cut connections',
    env: async () => {
      const proxy = await proxyTo();
      proxy.cutAnswers(1_000, 0);
      return { RABBITMQ_ENDPOINT: `http://127.0.0.1:${proxy.port}` };
    },
  },
  {
    name: 'a redirect',
    env: async () => ({
      RABBITMQ_ENDPOINT: await serve((_, response) =>
        response.writeHead(301, { location: 'http://h/' }).end(),
      ),
    }),
  },
  {
    name: 'an answer too strange to parse',
    env: async () => ({ RABBITMQ_ENDPOINT: await serve((_, response) => response.end('{')) }),
  },
];

const works: Record<string, (opened: Broker) => Promise<unknown>> = {
  readLive: (opened) => opened.readLive(),
  readGap: (opened) => opened.readGap(),
  readDepths: (opened) => opened.readDepths([queue('/', 'q', { type: 'quorum' })]),
  put: (opened) => opened.put(exchange('/', 'x')),
  delete: (opened) => opened.delete(queue('/', 'q'), 'lose-nothing'),
  replace: (opened) => opened.replace(exchange('/', 'x'), exchange('/', 'x'), [], 'lose-nothing'),
};

for (const { name, env } of faults) {
  test.each(Object.entries(works))(`${name}: %s`, async (_, work) => {
    const who = { RABBITMQ_USERNAME: 'intruder', RABBITMQ_PASSWORD: password };
    const opened = openBroker(connectionTo({ ...who, ...(await env()) }, 0.5));
    const error = await work(opened).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    await opened.close();
    expect(error).toBeInstanceOf(Error);
    const shown = showAll(error as Error);
    for (const leak of leaks) expect(shown).not.toContain(leak);
  });
}

function showAll(error: Error): string {
  const { stack = '', cause } = error;
  const deep = inspect(error, {
    depth: null,
    showHidden: true,
    getters: true,
    maxStringLength: null,
  });
  return [
    deep,
    JSON.stringify(error),
    String(error),
    stack,
    inspect(cause, { depth: null }),
  ].join();
}
