// Works with bare amqplib, prefetch 100: raw-work.mjs TASKS ack|report. Acks each task; `report`
// publishes a result first, and acks once it is confirmed. Prints `working` to stderr, and ends
// after the last ack.
import { Buffer } from 'node:buffer';
import { connect } from 'amqplib';

const [tasks, what] = process.argv.slice(2);
const properties = { persistent: true, mandatory: true, contentType: 'application/json' };
const result = Buffer.alloc(256, 'x');

const consuming = await connect(process.env.AMQP_URL);
const publishing = await connect(process.env.AMQP_URL);
const channel = await consuming.createChannel();
const results = await publishing.createConfirmChannel();
await channel.prefetch(100);
let acked = 0;
await new Promise((resolve, reject) => {
  const ack = (task) => {
    channel.ack(task);
    if (++acked === Number(tasks)) resolve();
  };
  const report = (task) => {
    const { messageId } = task.properties;
    const options = { ...properties, messageId, correlationId: messageId };
    results.publish('', 'ml_results', result, options, (error) =>
      error ? reject(error) : ack(task),
    );
  };
  channel
    .consume('worker_queue_1', what === 'report' ? report : ack)
    .then(() => process.stderr.write('"working"\n'), reject);
});
await channel.close();
await consuming.close();
await publishing.close();
