// Runs the built topo, and kills it with kill -9 at the nth thing that it sends, or does something
// else then: requests of the management API and frames of AMQP, counted together.
import type { Broker } from '../broker-of.ts';
import { openCutGateway, type Place } from '../cut-gateway.ts';
import type { Ended } from './call.ts';
import { startTopo } from './topo.ts';

export const ways = ['over HTTP', 'over AMQP'] as const;
export type Way = (typeof ways)[number];

export interface Point {
  /** Counts from 0. */
  readonly nth: number;
  readonly place: Place;
}

export interface Killed {
  /** So many things were said to the broker. */
  readonly said: number;
  /** What was said at the point; undefined where the run ended before. */
  readonly at: string | undefined;
  readonly ended: Ended;
}

/** The environment in which topo reaches the broker with nothing in between. */
export const directly = (way: Way, at: Broker): Record<string, string> => ({
  RABBITMQ_ENDPOINT: at.endpoint,
  RABBITMQ_USERNAME: at.username,
  RABBITMQ_PASSWORD: at.password,
  AMQP_URL: way === 'over AMQP' ? at.amqpUrl : 'amqp://127.0.0.1:1',
});

/** A run at its point, where it is not killed. */
export interface Reached {
  readonly ended: Promise<unknown>;
  /** Stops the process until `goOn`. */
  readonly halt: () => void;
  readonly goOn: () => void;
}

interface Where {
  readonly at: Broker;
  readonly way: Way;
  readonly cwd: string;
  /** What the file reads. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Called at the point, where topo is not killed. */
  readonly instead?: (run: Reached) => void;
}

/** Without a point it runs to its end. */
export async function runUntil(
  point: Point | undefined,
  args: readonly string[],
  { at, way, cwd, secrets, instead }: Where,
): Promise<Killed> {
  let said = 0;
  let where: string | undefined;
  const cuts = {
    placeOf(what: string): Place | undefined {
      if (said++ !== point?.nth) return undefined;
      where = what;
      if (instead === undefined) return point.place;
      instead({
        ended: run.ended,
        halt: () => run.child.kill('SIGSTOP'),
        goOn: () => run.child.kill('SIGCONT'),
      });
      return undefined;
    },
    async onCut() {
      run.child.kill('SIGKILL');
      await run.ended;
    },
  };
  const http = await openCutGateway('http', at.endpoint, cuts);
  const amqp = await openCutGateway('amqp', at.amqpUrl, cuts);
  const run = startTopo(args, cwd, {
    ...directly(way, at),
    ...secrets,
    RABBITMQ_ENDPOINT: `http://127.0.0.1:${http.port}`,
    ...(way === 'over AMQP' && { AMQP_URL: `amqp://127.0.0.1:${amqp.port}` }),
  });
  const ended = await run.ended;
  http.close();
  amqp.close();
  return { said, at: where, ended };
}
