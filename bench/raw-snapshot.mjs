// The GETs of a snapshot of one vhost, in parallel; reads the bodies as text.
import { Agent, get } from 'node:http';

const { RABBITMQ_ENDPOINT, RABBITMQ_USERNAME, RABBITMQ_PASSWORD } = process.env;
const agent = new Agent({ keepAlive: true });
const auth = `${RABBITMQ_USERNAME}:${RABBITMQ_PASSWORD}`;
const pathsOf = (vhost) => [
  'overview?disable_stats=true',
  'vhosts?disable_stats=true',
  `exchanges/${vhost}?disable_stats=true`,
  `queues/${vhost}?disable_stats=true&enable_queue_totals=true`,
  `bindings/${vhost}`,
  `consumers/${vhost}`,
];

export const read = (path) =>
  new Promise((resolve, reject) => {
    get(`${RABBITMQ_ENDPOINT}/api/${path}`, { agent, auth }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk) => (text += chunk));
      answer.on('end', () => (answer.statusCode === 200 ? resolve(text) : reject(new Error(path))));
    }).on('error', reject);
  });

export async function readSnapshot(vhost) {
  await Promise.all(pathsOf(vhost).map(read));
  agent.destroy();
}
