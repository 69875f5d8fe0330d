// Declares what is to come under a throw-away name. The broker checks some permissions and all arguments only when
// something is really created, and after the old one is deleted that is too late.
import { AmqpError } from '../amqp/amqp-error.ts';
import { rehearseDeclare } from '../amqp/rehearse.ts';
import { NotInAmqp } from '../amqp/table.ts';
import { grant } from '../topology/grant.ts';
import type { Exchange, Queue } from '../topology/object.ts';
import { ownOnward } from '../topology/onward.ts';
import { isRefusal, type BrokerError } from './broker-error.ts';
import type { Client } from './client.ts';
import type { DepthSources } from './depth.ts';
import { pathOfNamed } from './path.ts';
import { putObject } from './put.ts';
import { Stays } from './stays.ts';
import { throwAwayLike } from './throw-away.ts';

type Named = Exchange | Queue;
type Declare = (throwAway: Named) => Promise<Refusal | undefined>;

interface Refusal {
  readonly cause: 'permission' | 'declaration';
  readonly reason: string;
  /** Who was refused: on AMQP it may be another than over HTTP. */
  readonly username: string;
}

/** Over AMQP and over HTTP. */
const causes: ReadonlyMap<number | undefined, Refusal['cause']> = new Map([
  [400, 'declaration'],
  [401, 'permission'],
  [403, 'permission'],
  [406, 'declaration'],
]);
/** Throws Stays if the new one would be refused, or if there were no way back to the old one. */
export async function rehearseDeclarations(
  client: Client,
  sources: DepthSources,
  { before, after }: { readonly before: Named; readonly after: Named },
): Promise<void> {
  const declare: Declare = (throwAway) => declareAndDelete(client, sources, throwAway);
  if (after.arguments.size > 0) {
    await rehearse(declare, after, 'the new one would be refused');
  }
  if (leadsElsewhere(before, after)) {
    await rehearse(declare, before, 'it could not be put back');
  }
}

/** What `before` was made with is right, but perhaps not for this user. */
function leadsElsewhere(before: Named, after: Named): boolean {
  const next = ownOnward(before);
  return next !== undefined && next !== ownOnward(after);
}

async function rehearse(declare: Declare, object: Named, why: string): Promise<void> {
  const throwAway = throwAwayLike(object);
  const refusal = await declare(throwAway);
  if (refusal === undefined || !(await isTelling(declare, object, refusal))) return;
  const reason = refusal.reason.replaceAll(throwAway.name, object.name);
  throw new Stays(object, `${why}: ${reason}`, hintFor(object, refusal));
}

function hintFor(object: Named, { cause, username }: Refusal): string {
  if (cause === 'declaration') return 'correct its arguments in the file';
  const { vhost, name } = object;
  const next = ownOnward(object);
  return grant(username, vhost, { ...(next !== undefined && { write: [next] }), read: [name] });
}

/** Whether the real name would be refused as well: a limit may be reached by the throw-away, a permission be for one name only. */
async function isTelling(
  declare: Declare,
  object: Named,
  { cause, reason }: Refusal,
): Promise<boolean> {
  if (cause === 'declaration') return !/cannot declare (queue|exchange) '/.test(reason);
  return (await declare(throwAwayLike({ ...object, arguments: new Map() }))) === undefined;
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
    if (refusal === undefined || refusal.code !== undefined)
      return toRefusal(refusal, amqp.username);
  } catch (error) {
    if (!(error instanceof AmqpError || error instanceof NotInAmqp)) throw error;
  }
  return declareOverHttp(client, throwAway);
}

async function declareOverHttp(client: Client, throwAway: Named): Promise<Refusal | undefined> {
  try {
    await putObject(client, throwAway);
  } catch (error) {
    if (isRefusal(error)) return toRefusal(error, client.username);
    // It may be there all the same.
    await client.delete(pathOfNamed(throwAway)).catch(() => undefined);
    throw error;
  }
  await client.delete(pathOfNamed(throwAway));
  return undefined;
}

function toRefusal(
  error: AmqpError | BrokerError | undefined,
  username: string,
): Refusal | undefined {
  const cause = causes.get(error instanceof AmqpError ? error.code : error?.status);
  return cause && { cause, reason: error?.reason ?? '', username };
}
