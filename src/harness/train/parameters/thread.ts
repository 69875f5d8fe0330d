// A thread that works on parameters, on several orders at a time while one waits for the disk.
import { stat } from 'node:fs/promises';
import { parentPort } from 'node:worker_threads';
import { HashThread } from './hash-thread.ts';
import { mean } from './mean.ts';
import { take } from './take.ts';
import { toFailure, type FromThread, type ToThread } from './thread-message.ts';

const send = (message: FromThread): void => parentPort?.postMessage(message);

let beside: HashThread | undefined;

parentPort?.on('message', (message: ToThread) => {
  const { id } = message;
  run(message).then(
    (value) => send({ id, kind: 'done', value }),
    (error: unknown) => send({ id, kind: 'failed', failure: toFailure(error) }),
  );
});

/** Bytes. Less is hashed before another thread has started. */
const large = 2 ** 23;

/**
 * Several are taken in as many threads at once; the mean of a round is one, and has a second thread
 * for what it hashes.
 */
async function run(message: ToThread) {
  if (message.kind === 'take') return take((message as ToThread<'take'>).order);
  const { order } = message as ToThread<'mean'>;
  // Where it is missing, the mean says so.
  const { size } = await stat(order.base.path).catch(() => ({ size: 0 }));
  if (size < large) return mean(order);
  beside ??= new HashThread();
  return mean(order, beside);
}
