// Publishes as a plain amqplib program would: persistent, mandatory, and with no more than a window
// unconfirmed.
import { Buffer } from 'node:buffer';
import { performance } from 'node:perf_hooks';

const properties = {
  type: 'topo.task.v1',
  headers: { 'x-topo-attempt': 1 },
  appId: 'topo-harness',
  contentType: 'application/json',
  timestamp: 1_800_000_000,
  persistent: true,
  mandatory: true,
};

const padding = () => Buffer.alloc(1024, 'x');

/** Seconds for these messages, of 1 KiB by default. */
export async function publishBare(connection, tasks, window, contentOf = padding) {
  const channel = await connection.createConfirmChannel();
  const started = performance.now();
  let [sent, confirmed] = [0, 0];
  await new Promise((resolve, reject) => {
    const send = () => {
      while (sent < tasks && sent - confirmed < window) {
        const id = `t-${sent++}`;
        const options = { ...properties, messageId: id, correlationId: id };
        channel.publish('ml_tasks', 'worker_queue_1', contentOf(id), options, onConfirm);
      }
    };
    const onConfirm = (error) => {
      if (error) reject(error);
      else if (++confirmed === tasks) resolve();
      else send();
    };
    send();
  });
  const seconds = (performance.now() - started) / 1000;
  await channel.close();
  return seconds;
}
