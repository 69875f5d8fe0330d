// Reads the shared broker's version, for tests of what versions do differently.
import { api } from './broker.ts';

interface Overview {
  readonly rabbitmq_version: string;
}
export const { rabbitmq_version: version } = (await api('GET', 'overview')) as Overview;
const [major = 0, minor = 0] = version.split('.').map(Number);

/** Drops the type that RabbitMQ 4 adds to the arguments of a queue that named none. */
export const withoutClassic = (args: object): object =>
  Object.fromEntries(
    Object.entries(args).filter(([name, value]) => name !== 'x-queue-type' || value !== 'classic'),
  );

/** Such as `isBefore(4, 3)`: whether the broker is older than 4.3. */
export const isBefore = (thanMajor: number, thanMinor = 0): boolean =>
  major < thanMajor || (major === thanMajor && minor < thanMinor);
