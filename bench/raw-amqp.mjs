// Creates or deletes the objects of a definitions file with bare amqplib, one at a time on each of
// 32 channels: raw-amqp.mjs create|delete FILE
import { connect } from 'amqplib';
import { inPhases, vhost } from './raw-phases.mjs';

const parallel = 32;
const connection = await connect(`${process.env.AMQP_URL}/${vhost}`);
const channels = await Promise.all(
  Array.from({ length: parallel }, () => connection.createChannel()),
);

await inPhases(parallel, {
  createExchange: ({ name, type }, nth) => channels[nth].assertExchange(name, type),
  createQueue: ({ name }, nth) => channels[nth].assertQueue(name),
  createBinding: ({ source, destination, routing_key }, nth) =>
    channels[nth].bindQueue(destination, source, routing_key),
  deleteExchange: ({ name }, nth) => channels[nth].deleteExchange(name),
  deleteQueue: ({ name }, nth) =>
    channels[nth].deleteQueue(name, { ifEmpty: true, ifUnused: true }),
});
await connection.close();
