// Sends bare DELETEs for the queues, which delete their bindings, and for the exchanges: 64 at a
// time, with keep-alive.
import { Agent, request } from 'node:http';

const [vhost, count] = process.argv.slice(2);
const { RABBITMQ_ENDPOINT, RABBITMQ_USERNAME, RABBITMQ_PASSWORD } = process.env;
const parallel = 64;
const agent = new Agent({ keepAlive: true, maxSockets: parallel });
const auth = `${RABBITMQ_USERNAME}:${RABBITMQ_PASSWORD}`;

const remove = (path) =>
  new Promise((resolve, reject) => {
    request(`${RABBITMQ_ENDPOINT}/api/${path}`, { method: 'DELETE', agent, auth }, (answer) => {
      answer.resume();
      answer.on('end', () => (answer.statusCode === 204 ? resolve() : reject(new Error(path))));
    })
      .on('error', reject)
      .end();
  });

const removeAll = async (paths) => {
  const queue = paths.values();
  const worker = async () => {
    for (const path of queue) await remove(path);
  };
  await Promise.all(Array.from({ length: parallel }, worker));
};

const queues = Array.from(
  { length: Number(count) },
  (_, q) => `queues/${vhost}/orders.region.queue.${q}`,
);
await removeAll(queues);
await removeAll(Array.from({ length: 10 }, (_, e) => `exchanges/${vhost}/exchange.${e}`));
agent.destroy();
