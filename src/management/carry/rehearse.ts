// Tries all that the broker could refuse while nothing has been moved yet.
import { toAmqpError, AmqpError } from '../../amqp/amqp-error.ts';
import type { Channel } from 'amqplib';
import { reasonFor } from '../../amqp/closed-by.ts';
import { renderBind, renderDeclare } from '../../amqp/frames.ts';
import { close } from '../../amqp/open-connection.ts';
import { rehearseBinds } from '../../amqp/rehearse.ts';
import { request } from '../../amqp/request.ts';
import { NotInAmqp } from '../../amqp/table.ts';
import { grant } from '../../topology/grant.ts';
import { assertAllComeBack } from '../come-back.ts';
import { readAttached, type Attached } from '../attached.ts';
import { closeFan, openFan } from '../fan.ts';
import { putObject } from '../put.ts';
import { rehearseDeclarations } from '../rehearse-declaration.ts';
import { assertAllPlanned } from '../strangers.ts';
import { fanOf } from './conveyor.ts';
import type { Tally, Work } from './work.ts';

const codes = { accessRefused: 403, notAllowed: 530 };

/** Declares the parking queue last. */
export async function rehearse(work: Work, tally: Tally): Promise<void> {
  const { client, sources, before, after, parking, toDeclare } = work;
  await rehearseDeclarations(client, sources, { before, after: toDeclare(after) });
  const attached = await assertBindingsAsPlanned(work);
  const { staying, deleted } = work.planned;
  const planned = { staying: [...staying, ...deleted], deleted: [], declared: [] };
  await assertAllComeBack(client, sources, { before, planned }, attached);
  await rehearseBindings(work, attached);
  await rehearseChannels(work);
  await work.assertRecorded();
  tally.isParking = true;
  const declared = toDeclare(parking);
  await work.declareReplicated(declared);
  await putObject(client, declared);
  await rehearseWays(work);
}

/** Throws Outdated if the queue has a binding that is not in the plan. */
export async function assertBindingsAsPlanned({
  client,
  before,
  planned,
}: Work): Promise<Attached> {
  const attached = await readAttached(client, before);
  assertAllPlanned({ before, planned }, attached);
  return attached;
}

/**
 * Five more are open while messages are under way, and the broker counts closed ones for a moment.
 */
const moreChannels = 7;

/** Opens as many channels as it will take: the user may have a limit. */
async function rehearseChannels({ sources, before }: Work): Promise<void> {
  const { amqp } = sources;
  const model = await amqp.connect(before.vhost);
  const channels: Channel[] = [];
  try {
    while (channels.length < moreChannels) channels.push(await model.createChannel());
  } catch (error) {
    const { code, reason } = reasonFor(model) ?? toAmqpError(error);
    const hint = `let the user open ${moreChannels} channels more: max-channels`;
    throw new AmqpError(
      reason,
      code === codes.notAllowed ? { code, hint } : { ...(code && { code }) },
    );
  } finally {
    await Promise.all(channels.map(close));
  }
}

/** Binds and declares what is there. */
async function rehearseBindings({ sources, before }: Work, attached: Attached): Promise<void> {
  const { amqp } = sources;
  const { vhost, name } = before;
  try {
    const binds = [...attached.values()].flat().map(renderBind);
    const declare = renderDeclare(before);
    const refusal = await amqp.withChannel(vhost, (channel) =>
      rehearseBinds(channel, before, binds),
    );
    if (refusal !== undefined) throw lacking(refusal);
    const denied = await amqp
      .withChannel(vhost, async (channel) => {
        const error = await request(channel, declare);
        // Leaves no closed channel behind.
        if (error !== undefined) throw error;
      })
      .catch((error: unknown) => toAmqpError(error));
    // A queue with odd values can't be declared as it is.
    if (denied?.code === codes.accessRefused) throw lacking(denied);
    if (denied !== undefined && denied.code === undefined) throw denied;
  } catch (error) {
    if (error instanceof NotInAmqp) throw new AmqpError(`can't express it: ${error.message}`);
    throw error;
  }
  function lacking(error: AmqpError): AmqpError {
    if (error.code !== codes.accessRefused) return error;
    const sources = [...attached.values()].flat().map(({ source }) => source);
    const needed = { configure: [name], write: [name], read: [name, ...sources] };
    return new AmqpError(error.reason, { hint: grant(amqp.user, vhost, needed), code: error.code });
  }
}

/** Opens both ways, and reads from the parking queue. */
async function rehearseWays({ sources, before, parking }: Work): Promise<void> {
  const { amqp } = sources;
  for (const [direction, source, destination] of [
    ['out', before, parking],
    ['back', parking, before],
  ] as const) {
    const exchange = fanOf(parking, direction);
    await openFan(amqp, { source, exchange, destination });
    await closeFan(amqp, parking.vhost, exchange);
  }
}
