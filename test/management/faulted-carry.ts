// Carries a queue over, kills topo at one request or one AMQP method, carries it over again, and
// looks whether anything is missing.
import { drain } from '../amqp/drain.ts';
import { inVhost } from '../broker.ts';
import { openAmqpGateway, type AmqpFault } from './amqp-gateway.ts';
import {
  carryOver,
  fill,
  numbers,
  openChannel,
  quorum,
  setUp,
  stands,
  whole,
} from './carried-queue.ts';
import { openGateway } from './gateway.ts';

export const carries = {
  'classic to quorum': [{}, quorum],
  'quorum to classic': [quorum, {}],
} as const satisfies Record<string, readonly [object, object]>;

export interface Kill {
  /** Counts from 0 over the methods or the requests of the run. */
  readonly nth: number;
  readonly at: 'method' | 'request';
  readonly fault: AmqpFault;
}

interface Fared {
  readonly methods: number;
  readonly requests: number;
  readonly wrong: readonly string[];
}

const messages = 8;

export const carryKilled = ([from, to]: readonly [object, object], kill?: Kill): Promise<Fared> =>
  inVhost(async (vhost) => {
    const setting = await setUp(vhost, from, to);
    const channel = await openChannel(vhost);
    await fill(channel, setting.before.name, messages);
    const killed = await carryUntilKilled(setting, kill);
    const error = await carryOver(setting).then(
      () => undefined,
      (thrown: unknown) => thrown as Error,
    );
    const ids = await drain(channel, setting.before.name);
    const missing = numbers(messages).filter((id) => !ids.includes(id));
    const found = await stands(setting);
    return {
      ...killed,
      wrong: [
        ...(error === undefined ? [] : [error.message]),
        ...(missing.length === 0 ? [] : [`lost ${missing.join()}`]),
        ...(found.join() === whole('after').join() ? [] : [`stands ${found.join()}`]),
      ],
    };
  });

/** Nothing that it sends after the kill reaches the broker. */
async function carryUntilKilled(
  setting: Awaited<ReturnType<typeof setUp>>,
  kill: Kill | undefined,
): Promise<Omit<Fared, 'wrong'>> {
  let isDead = false;
  const isNow = (at: Kill['at'], nth: number): boolean => {
    if (kill?.at === at && kill.nth === nth) isDead = true;
    return isDead;
  };
  const amqp = await openAmqpGateway({
    faultAt: (nth) => {
      const wasDead = isDead;
      if (!isNow('method', nth)) return undefined;
      return wasDead ? 'a cut before' : kill?.fault;
    },
  });
  const http = await openGateway({
    fault: 'a cut',
    reaches: kill?.fault === 'a cut after',
    when: ({ nth }) => isNow('request', nth),
  });
  const env = { RABBITMQ_ENDPOINT: http.endpoint, AMQP_URL: `amqp://127.0.0.1:${amqp.port}` };
  await carryOver(setting, { env, timeout: 2 }).catch(() => undefined);
  const { methods } = amqp;
  const requests = http.asked.length;
  http.close();
  await amqp.close();
  return { methods, requests };
}
