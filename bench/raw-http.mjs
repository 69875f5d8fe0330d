// Creates or deletes the objects of a definitions file with bare HTTP requests, 64 at a time over
// kept-alive connections: raw-http.mjs create|delete FILE
import { Agent, request } from 'node:http';
import { inPhases } from './raw-phases.mjs';

const { RABBITMQ_ENDPOINT, RABBITMQ_USERNAME, RABBITMQ_PASSWORD } = process.env;
const parallel = 64;
const agent = new Agent({ keepAlive: true, maxSockets: parallel });
const auth = `${RABBITMQ_USERNAME}:${RABBITMQ_PASSWORD}`;
const headers = { 'content-type': 'application/json' };

const send = (method, path, body) =>
  new Promise((resolve, reject) => {
    const options = { method, agent, auth, headers };
    request(`${RABBITMQ_ENDPOINT}/api/${path}`, options, (answer) => {
      answer.resume();
      const isDone = answer.statusCode === 201 || answer.statusCode === 204;
      answer.on('end', () => (isDone ? resolve() : reject(new Error(`${method} ${path}`))));
    })
      .on('error', reject)
      .end(body && JSON.stringify(body));
  });

const pathOf = ({ vhost, name }) => `${vhost}/${name}`;

await inPhases(parallel, {
  createExchange: (one) => send('PUT', `exchanges/${pathOf(one)}`, one),
  createQueue: (one) => send('PUT', `queues/${pathOf(one)}`, one),
  createBinding: (one) =>
    send('POST', `bindings/${one.vhost}/e/${one.source}/q/${one.destination}`, one),
  deleteExchange: (one) => send('DELETE', `exchanges/${pathOf(one)}`),
  deleteQueue: (one) => send('DELETE', `queues/${pathOf(one)}?if-empty=true&if-unused=true`),
});
agent.destroy();
