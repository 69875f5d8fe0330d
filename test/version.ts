// Which RabbitMQ the shared broker is, for what versions do differently.
import { api } from './broker.ts';

interface Overview {
  readonly rabbitmq_version: string;
}
const { rabbitmq_version: version } = (await api('GET', 'overview')) as Overview;
const [major = 0, minor = 0] = version.split('.').map(Number);

/** Without the type of a queue that named none, which RabbitMQ 4 shows among its arguments. */
export const withoutClassic = (args: object): object =>
  Object.fromEntries(
    Object.entries(args).filter(([name, value]) => name !== 'x-queue-type' || value !== 'classic'),
  );

/** Such as `isBefore(4, 3)`: whether it is older than 4.3. */
export const isBefore = (thanMajor: number, thanMinor = 0): boolean =>
  major < thanMajor || (major === thanMajor && minor < thanMinor);
