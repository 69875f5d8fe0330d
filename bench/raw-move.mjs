// Moves all that waits in a queue to another with bare amqplib, by confirmed publishes and
// cumulative acks: raw-move.mjs SOURCE DESTINATION
import { connect } from 'amqplib';

const [source, destination] = process.argv.slice(2);
const taking = await connect(process.env.AMQP_URL);
const putting = await connect(process.env.AMQP_URL);
const from = await taking.createChannel();
const to = await putting.createConfirmChannel();
const { messageCount } = await from.checkQueue(source);
await from.prefetch(1_000);

let arrived = 0;
await new Promise((resolve) => {
  const take = (message) => {
    const { content, properties, fields } = message;
    const options = { ...properties, mandatory: true };
    to.publish('', destination, content, options, (error) => {
      if (error) throw error;
      arrived++;
      if (arrived % 100 === 0 || arrived === messageCount) from.ack(message, true);
      if (arrived === messageCount) resolve(fields.deliveryTag);
    });
  };
  void from.consume(source, take);
});
await taking.close();
await putting.close();
