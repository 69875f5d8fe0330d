// Publishes with confirms and bare amqplib: raw-publish.mjs TASKS WINDOW
import { connect } from 'amqplib';
import { publishBare } from './publish-bare.mjs';

const [tasks, window] = process.argv.slice(2).map(Number);
const connection = await connect(process.env.AMQP_URL);
await publishBare(connection, tasks, window);
await connection.close();
