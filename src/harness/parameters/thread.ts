// A thread that works with parameters: it does what it is sent, several at a time where one waits for the disk.
import { parentPort } from 'node:worker_threads';
import { toFailure, type FromThread, type ToThread } from './thread-message.ts';
import { inThisThread } from './work.ts';

const send = (message: FromThread): void => parentPort?.postMessage(message);

parentPort?.on('message', (message: ToThread) => {
  const { id } = message;
  run(message).then(
    (value) => send({ id, kind: 'done', value }),
    (error: unknown) => send({ id, kind: 'failed', failure: toFailure(error) }),
  );
});

function run(message: ToThread) {
  return message.kind === 'take'
    ? inThisThread.take((message as ToThread<'take'>).order)
    : inThisThread.mean((message as ToThread<'mean'>).order);
}
