// Applies with the built topo, and kills it with kill -9 at the nth thing that it sends: requests
// of the management API and methods of AMQP, counted together.
import { openAmqpGateway } from '../management/amqp-gateway.ts';
import { openGateway } from '../management/gateway.ts';
import { broker } from '../broker.ts';
import { startTopo } from './topo.ts';
import type { Ended } from './call.ts';

export type Way = 'over HTTP' | 'over AMQP';

export interface Point {
  /** Counts from 0. */
  readonly nth: number;
  /** Whether the broker gets it all the same. */
  readonly reaches: boolean;
}

export interface Killed {
  /** So many things were said to the broker. */
  readonly said: number;
  /** What was said at the point; undefined where the run ended before. */
  readonly at: string | undefined;
  readonly ended: Ended;
}

/** The environment in which topo reaches the broker with nothing in between. */
export const directly = (way: Way): Record<string, string> => ({
  RABBITMQ_ENDPOINT: broker.endpoint,
  RABBITMQ_USERNAME: broker.username,
  RABBITMQ_PASSWORD: broker.password,
  AMQP_URL: way === 'over AMQP' ? broker.amqpUrl : 'amqp://127.0.0.1:1',
});

/** Without a point it runs to its end. */
export async function applyUntil(
  point: Point | undefined,
  args: readonly string[],
  { way, cwd }: { readonly way: Way; readonly cwd: string },
): Promise<Killed> {
  let said = 0;
  let at: string | undefined;
  const isPoint = (what: string): boolean => {
    if (said++ !== point?.nth) return false;
    at = what;
    return true;
  };
  const kill = async (): Promise<void> => {
    run.child.kill('SIGKILL');
    await run.ended;
  };
  const gateway = await openGateway({
    fault: 'a cut',
    reaches: point?.reaches ?? true,
    when: async ({ method, path }) => {
      const isHere = isPoint(`${method} ${path}`);
      if (isHere) await kill();
      return isHere;
    },
  });
  const amqp = await openAmqpGateway({
    faultAt: (_nth, method) =>
      isPoint(`AMQP ${method}`)
        ? point?.reaches === true
          ? 'a cut after'
          : 'a cut before'
        : undefined,
    onCut: kill,
  });
  const env = {
    ...directly(way),
    RABBITMQ_ENDPOINT: gateway.endpoint,
    ...(way === 'over AMQP' && { AMQP_URL: `amqp://127.0.0.1:${amqp.port}` }),
  };
  const run = startTopo(['apply', ...args, '--yes'], cwd, env);
  const ended = await run.ended;
  gateway.close();
  await amqp.close();
  return { said, at, ended };
}
