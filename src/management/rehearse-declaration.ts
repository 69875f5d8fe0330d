// Declares the planned object under a throw-away name. The broker checks some permissions and all
// arguments only when it creates an object, and after the old one is deleted that is too late.
import { randomBytes } from 'node:crypto';
import { AmqpError } from '../amqp/amqp-error.ts';
import { rehearseDeclare } from '../amqp/rehearse.ts';
import { NotInAmqp } from '../amqp/table.ts';
import { grant, type Grantee } from '../topology/grant.ts';
import { type Exchange, type Queue, isQueue } from '../topology/object.ts';
import { ownOnward } from '../topology/onward.ts';
import { isRehearsal, markedAs, nameBeside } from '../topology/own.ts';
import { isRefusal, type BrokerError } from './broker-error.ts';
import type { Client } from './client.ts';
import type { DepthSources } from './depth.ts';
import { readQueues } from './lists.ts';
import { pathOfNamed } from './path.ts';
import { putObject } from './put.ts';
import { Stays } from './stays.ts';

type Named = Exchange | Queue;
type Declare = (throwAway: Named) => Promise<Refusal | undefined>;

interface Refusal {
  readonly cause: 'permission' | 'declaration';
  readonly reason: string;
  /** The refused user: AMQP may log in another than HTTP. */
  readonly user: Grantee;
}

/** By AMQP's reply codes and HTTP's statuses. */
const causes: ReadonlyMap<number | undefined, Refusal['cause']> = new Map([
  [400, 'declaration'],
  [401, 'permission'],
  [403, 'permission'],
  [406, 'declaration'],
]);
/** Throws Stays if the new object would be refused, or the old one could not be put back. */
export async function rehearseDeclarations(
  client: Client,
  sources: DepthSources,
  { before, after }: { readonly before: Named; readonly after: Named },
): Promise<void> {
  const declare: Declare = (throwAway) => declareAndDelete(client, sources, throwAway);
  const why = 'the new one would be refused';
  // Also a queue without arguments: there may be no room for it.
  if (isQueue(after) || after.arguments.size > 0) await rehearse(client, declare, after, why);
  if (leadsElsewhere(before, after))
    await rehearse(client, declare, before, 'it could not be put back');
}

/** The arguments of `before` are valid, but this user may lack the rights for them. */
function leadsElsewhere(before: Named, after: Named): boolean {
  const next = ownOnward(before);
  return next !== undefined && next !== ownOnward(after);
}

async function rehearse(
  client: Client,
  declare: Declare,
  object: Named,
  why: string,
): Promise<void> {
  const throwAway = throwAwayLike(object);
  const refusal = await declare(throwAway);
  if (refusal === undefined || !(await isTelling(client, declare, object, refusal))) return;
  const reason = refusal.reason.replaceAll(throwAway.name, object.name);
  throw new Stays(object, `${why}: ${reason}`, hintFor(object, refusal));
}

function hintFor(object: Named, { cause, reason, user }: Refusal): string {
  if (ofLimit.test(reason)) return 'raise the limit, or delete other queues';
  if (cause === 'declaration') return 'correct its arguments in the file';
  const { vhost, name } = object;
  const next = ownOnward(object);
  return grant(user, vhost, { ...(next !== undefined && { write: [next] }), read: [name] });
}

/**
 * Whether the real name would be refused, too: a limit may be hit by the extra object, and a
 * permission may cover only one name.
 */
async function isTelling(
  client: Client,
  declare: Declare,
  object: Named,
  { cause, reason }: Refusal,
): Promise<boolean> {
  if (cause === 'declaration' && ofLimit.test(reason))
    return !(await hasRoom(client, object, reason));
  if (cause === 'declaration') return true;
  return (await declare(throwAwayLike({ ...object, arguments: new Map() }))) === undefined;
}

const ofLimit = /cannot declare (queue|exchange) '/;

/** Whether a queue may be declared once it has made room itself. True if topo can't tell. */
async function hasRoom(client: Client, { vhost }: Named, reason: string): Promise<boolean> {
  const limit = /queue limit in vhost '.*' \((\d+)\) is reached/s.exec(reason)?.[1];
  if (limit === undefined) return true;
  const rows = await readQueues(client, vhost);
  const lasting = rows.filter(({ name }) => typeof name !== 'string' || !isRehearsal(name));
  return lasting.length <= Number(limit);
}

async function declareAndDelete(
  client: Client,
  { amqp }: DepthSources,
  throwAway: Named,
): Promise<Refusal | undefined> {
  try {
    const refusal = await amqp.withChannel(throwAway.vhost, (channel) =>
      rehearseDeclare(channel, throwAway),
    );
    if (refusal === undefined || refusal.code !== undefined) return toRefusal(refusal, amqp.user);
  } catch (error) {
    if (!(error instanceof AmqpError || error instanceof NotInAmqp)) throw error;
  }
  return declareOverHttp(client, throwAway);
}

async function declareOverHttp(client: Client, throwAway: Named): Promise<Refusal | undefined> {
  try {
    await putObject(client, throwAway);
  } catch (error) {
    if (isRefusal(error)) return toRefusal(error, client.user);
    // It may exist all the same.
    await client.delete(pathOfNamed(throwAway)).catch(() => undefined);
    throw error;
  }
  await client.delete(pathOfNamed(throwAway));
  return undefined;
}

function toRefusal(error: AmqpError | BrokerError | undefined, user: Grantee): Refusal | undefined {
  const cause = causes.get(error instanceof AmqpError ? error.code : error?.status);
  return cause && { cause, reason: error?.reason ?? '', user };
}

/** Milliseconds until RabbitMQ deletes a queue that topo could not, because it lost the broker. */
const expiry = 60_000n;
const expiring: readonly (string | null)[] = ['classic', 'quorum'];

/** Copies an object under a unique name. */
function throwAwayLike<T extends Exchange | Queue>(object: T): T {
  const name = nameBeside(object.name, 'rehearsal', randomBytes(4).toString('hex'));
  const expires =
    isQueue(object) && expiring.includes(object.type) && !object.arguments.has('x-expires');
  const own = markedAs('rehearsal', new Date());
  if (expires) own.push(['x-expires', expiry]);
  return { ...object, name, arguments: new Map([...object.arguments, ...own]) };
}
