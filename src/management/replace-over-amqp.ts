// Replaces an object in one pipelined batch. Unbinds an exchange first, and deletes it only if it
// then has no other bindings: so the broker itself refuses if somebody has bound it since the last
// look.
import { setTimeout as sleep } from 'node:timers/promises';
import { AmqpError } from '../amqp/amqp-error.ts';
import type { Purpose } from '../amqp/connections.ts';
import type { OnlyIf } from '../amqp/delete.ts';
import { renderBind, renderDeclare, renderUnbind } from '../amqp/frames.ts';
import { rehearseBinds } from '../amqp/rehearse.ts';
import { replaceAtOnce, type Replaced } from '../amqp/replace.ts';
import { NotInAmqp } from '../amqp/table.ts';
import type { Frame } from '../amqp/wire.ts';
import type { Depth } from '../reconcile/broker.ts';
import type { Loss } from '../reconcile/loss.ts';
import { grant } from '../topology/grant.ts';
import type { LiveBinding } from '../topology/live.ts';
import { type Exchange, type Queue, isExchange, isQueue } from '../topology/object.ts';
import { looksOf, type Attached } from './attached.ts';
import type { Client } from './client.ts';
import { isConditionUnmet } from './delete.ts';
import type { DepthSources } from './depth.ts';
import { assertAsPlanned, lookAt } from './look.ts';
import { toWouldLose } from './may-go.ts';
import { putBack, rebuild, toIncomplete } from './rebuild.ts';
import { isCareful, limitOf, tooMany, toLoss, toReceipt, withLoss } from './receipt.ts';
import type { Replacement } from './replacement.ts';
import { lookLast, toMade, toVanished } from './strangers.ts';

/**
 * With more bindings than this, the first ones unbound would be missing for seconds
 * (docs/decisions/replace-gap.md).
 */
const mostTakenOff = 1_000;

/**
 * The bindings to remove before the delete, so that the broker guards it; undefined if it can't.
 */
type Guard = readonly LiveBinding[] | undefined;

/**
 * `held`: what a queue held at the last look. Returns undefined if nothing was done because AMQP is
 * out of reach, or can't express it.
 */
export async function replaceOverAmqp(
  client: Client,
  sources: DepthSources,
  replacement: Replacement,
  held: Depth,
): Promise<{ readonly isGuarded: boolean; readonly loss?: Loss | undefined } | undefined> {
  const attempt = await tryOverAmqp(client, sources, replacement);
  if (attempt === undefined) return undefined;
  const { replaced, guard } = attempt;
  const isGuarded = guard !== undefined;
  const { before, consent } = replacement;
  if (replaced.kind === 'too-many' && isQueue(before))
    throw tooMany(before, consent, held, replaced.ready);
  if (replaced.kind === 'replaced' || replaced.kind === 'broken')
    return { isGuarded, loss: await finish(client, sources, replacement, replaced, held) };
  if (replaced.kind === 'untouched') await stay(client, sources, replacement, replaced, guard);
  return { isGuarded };
}

interface Attempt {
  readonly replaced: Replaced;
  readonly guard: Guard;
}

async function tryOverAmqp(
  client: Client,
  { amqp }: DepthSources,
  replacement: Replacement,
): Promise<Attempt | undefined> {
  const { before, after, bindings } = replacement;
  const { vhost } = before;
  try {
    const purpose = purposeOf(replacement);
    const binds = bindings.map(renderBind);
    await amqp.connect(vhost, purpose);
    const refusal = await amqp.withChannel(vhost, (channel) =>
      rehearseBinds(channel, before, binds),
    );
    if (refusal !== undefined)
      return { replaced: { kind: 'untouched', error: refusal }, guard: undefined };
    const guard = guardOf(replacement, await lookLast(client, replacement));
    const unbinds = (guard ?? []).map(renderUnbind);
    const onlyIf = conditionsOf(replacement, guard);
    const limit = limitOf(replacement.consent);
    const send = (expected: Frame | undefined): Promise<Replaced> =>
      amqp.withChannel(
        vhost,
        (channel) => replaceAtOnce(channel, after, { expected, unbinds, binds }, onlyIf, limit),
        purpose,
      );
    const replaced = await send(expectedOf(before));
    if (replaced.kind !== 'changed') return { replaced, guard };
    // An object with odd values can't be declared again unchanged: compare how it looks.
    await assertAsPlanned(client, before);
    return { replaced: await send(undefined), guard };
  } catch (error) {
    if (error instanceof AmqpError || error instanceof NotInAmqp) return undefined;
    throw error;
  }
}

/** Returns undefined if AMQP can't express it. */
function expectedOf(before: Exchange | Queue): Frame | undefined {
  try {
    return renderDeclare(before);
  } catch (error) {
    if (error instanceof NotInAmqp) return undefined;
    throw error;
  }
}

/**
 * Guards exchanges only. Unbinds in the order of binding, so that no binding is missing for longer
 * than it takes to make all. A binding that does not come back may have arguments that can't be
 * sent, not even to unbind it.
 */
function guardOf({ before, bindings, planned }: Replacement, attached: Attached): Guard {
  const ordered = new Set([...bindings.map(looksOf), ...attached.keys()]);
  const from = [...ordered]
    .flatMap((looks) => attached.get(looks) ?? [])
    .filter(({ source }) => source === before.name);
  const isSayable = planned.deleted.every(({ arguments: args }) => args.size === 0);
  // RabbitMQ unbinds nothing from an exchange with odd values.
  const isSound = isExchange(before) && before.odd === undefined;
  const isGuarded = isSound && from.length <= mostTakenOff && isSayable;
  return isGuarded ? from : undefined;
}

/** Among queues, only classic ones support conditions. */
function conditionsOf({ before, consent }: Replacement, guard: Guard): OnlyIf {
  if (isExchange(before)) return { ifEmpty: false, ifUnused: guard !== undefined };
  const isClassic = before.type === 'classic';
  return {
    ifEmpty: isClassic && isCareful(consent),
    ifUnused: isClassic && consent === 'lose-nothing',
  };
}

const purposeOf = (replacement: Replacement): Purpose =>
  isQueue(replacement.before) && conditionsOf(replacement, undefined).ifEmpty
    ? 'conditional'
    : 'shared';

/** The delete was refused: puts the removed bindings back at once. */
async function stay(
  client: Client,
  sources: DepthSources,
  replacement: Replacement,
  { error }: Extract<Replaced, { kind: 'untouched' }>,
  guard: Guard = [],
): Promise<void> {
  const { before } = replacement;
  const missing = await putBack(client.firm(), guard);
  if ((await lookAt(client, before)) === 'gone') return rebuild(client.firm(), replacement, error);
  const refusal = await toRefusal(sources, replacement, lackingRight(sources, replacement, error));
  throw missing.size === 0 ? refusal : toIncomplete(refusal.message, guard, missing);
}

const codes = { accessRefused: 403, notFound: 404, preconditionFailed: 406 };

async function toRefusal(
  sources: DepthSources,
  { before }: Replacement,
  error: AmqpError,
): Promise<Error> {
  if (isQueue(before) && isConditionUnmet(error)) return toWouldLose(sources, before);
  if (error.code === codes.notFound) return toVanished(before, error);
  const isBound = isExchange(before) && error.code === codes.preconditionFailed;
  return isBound ? toMade(before) : error;
}

/** Adds all rights that the replacement needs to a refusal about a right. */
function lackingRight(
  { amqp }: DepthSources,
  { before, bindings }: Replacement,
  error: AmqpError,
): AmqpError {
  if (error.code !== codes.accessRefused) return error;
  const { vhost, name } = before;
  const { reason, code, method } = error;
  const hint = grant(amqp.user, vhost, {
    configure: [name],
    write: bindings.map(({ destination }) => destination),
    read: bindings.map(({ source }) => source),
  });
  return new AmqpError(reason, { hint, code, ...(method !== undefined && { method }) });
}

/** The object was deleted, or perhaps was. */
async function finish(
  client: Client,
  sources: DepthSources,
  replacement: Replacement,
  replaced: Extract<Replaced, { kind: 'replaced' | 'broken' }>,
  held: Depth,
): Promise<Loss | undefined> {
  const { before, consent } = replacement;
  const { lost: counted } = replaced;
  if (replaced.kind === 'broken') {
    const loss = counted === undefined ? undefined : toLoss(before, { before: held, counted });
    const repairing = repair(client.firm(), sources, replacement, replaced.error);
    await repairing.catch(withLoss(loss));
  }
  if (isExchange(before)) return undefined;
  return toReceipt(before, 'replaced', consent, { before: held, counted });
}

async function repair(
  client: Client,
  { waits }: DepthSources,
  replacement: Replacement,
  error: AmqpError,
): Promise<void> {
  if (error.code !== undefined) return rebuild(client, replacement);
  // The connection was lost, and the broker may still be working off what it received, even the
  // delete.
  await rebuild(client, replacement).catch(() => undefined);
  await sleep(waits.settling);
  await rebuild(client, replacement, error);
}
