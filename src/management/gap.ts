// Whether AMQP can be reached: it makes the gap of a replacement short.
import { AmqpError, AmqpRefused } from '../amqp/amqp-error.ts';
import type { AmqpConnections } from '../amqp/connections.ts';
import type { Reader } from '../reconcile/broker.ts';
import type { Problem } from '../topology/problem.ts';

type Gap = Awaited<ReturnType<Reader['readGap']>>;

/** The worst of these vhosts. */
export async function readGap(amqp: AmqpConnections, vhosts: ReadonlySet<string>): Promise<Gap> {
  const gaps = await Promise.all([...vhosts].map((vhost) => gapIn(amqp, vhost)));
  return gaps.find((gap) => gap === 'refused') ?? gaps.find(isSlow) ?? 'pipelined';
}

const isSlow = (gap: Gap): boolean => gap !== 'pipelined';

async function gapIn(amqp: AmqpConnections, vhost: string): Promise<Gap> {
  try {
    await amqp.connect(vhost);
    return 'pipelined';
  } catch (error) {
    if (!(error instanceof AmqpError)) throw error;
    return error instanceof AmqpRefused ? 'refused' : 'unpipelined';
  }
}

/** Why AMQP was refused, each reason once. */
export const doubtsAbout = ({ refusals }: AmqpConnections): Problem[] => refusals.map(toDoubt);

const toDoubt = ({ message, hint }: AmqpRefused): Problem => ({
  code: 'amqp-refused',
  message: `${message}; topo uses HTTP instead, which is slower and less certain, or refuses the step`,
  ...(hint !== undefined && { hint }),
});
