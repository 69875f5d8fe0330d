// The same trainer as a process that speaks the exec protocol.
import { createReadStream, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { train } from './next.mjs';

const send = (message) => writeSync(4, `${JSON.stringify(message)}\n`);

for await (const line of createInterface({ input: createReadStream('', { fd: 3 }) })) {
  const { type, request, task } = JSON.parse(line);
  if (type === 'init') send({ type: 'ready', protocol: 1 });
  if (type === 'ping') send({ type: 'pong', request });
  if (type === 'train') send({ type: 'result', request, result: await train(task) });
  if (type === 'shutdown') break;
}
