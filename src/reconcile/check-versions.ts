// Checks declared objects against the version of the connected broker: it may refuse what they
// say, or store it and never read it.
import type { Address } from '../topology/address.ts';
import type { Desired, Declared } from '../topology/desired.ts';
import { effectsIn, type Told } from '../topology/effects.ts';
import type { Live } from '../topology/live.ts';
import { plural } from '../topology/count.ts';
import type { Kind, TopologyObject } from '../topology/object.ts';
import { addressOf, renderObject } from '../topology/identity.ts';
import type { Problem } from '../topology/problem.ts';
import { canonical } from '../topology/value.ts';
import type { Outlook } from './outlook.ts';

/** What the broker would refuse, object by object. */
export const versionTakes = (news: readonly News[], live: Live): Problem[] =>
  news
    .filter(({ told }) => isRefused(told, live))
    .map(({ declared: { object, at, find }, told: { code, message, hint, path } }) => ({
      code,
      message: `${renderObject(object)}: ${message}`,
      hint,
      at: find?.(path) ?? at,
    }));

/** What the broker would ignore: a warning for each reason, at the first object. */
export function warnOfIgnored(news: readonly News[]): Problem[] {
  const reasons = new Map<string, News[]>();
  for (const one of news) {
    if (one.told.effect !== 'ignored') continue;
    const known = reasons.get(one.told.message);
    if (known) known.push(one);
    else reasons.set(one.told.message, [one]);
  }
  return [...reasons].map(([message, [first, ...more]]) => ({
    code: first?.told.code ?? '',
    message: more.length === 0 ? message : `${message} (${plural(more.length + 1, 'object')})`,
    hint: first?.told.hint ?? '',
    ...(first && { at: first.declared.at }),
  }));
}

/** What the broker's version does differently with an object that it doesn't hold yet. */
interface News {
  readonly declared: Declared;
  readonly told: Told;
}

/**
 * The broker lists its types of exchanges itself, policies have a check of their own, and patterns
 * depend on Erlang.
 */
const checked: ReadonlySet<Kind> = new Set<Kind>(['vhost', 'queue', 'binding', 'parameter']);

/** Leaves out what the broker holds already: no request is needed for it. */
export function findNews(desired: Desired, live: Live, { declared, policies }: Outlook): News[] {
  const news: News[] = [];
  const find = (address: Address) => declared.objects.get(address) ?? live.objects.get(address);
  for (const [address, object] of declared.objects) {
    const entry = desired.objects.get(address);
    if (entry === undefined || !checked.has(object.kind)) continue;
    for (const told of effectsIn(live.broker.version, object, { policies, find })) {
      if (!isHeld(object, told, live)) news.push({ declared: entry, told });
    }
  }
  return news;
}

function isHeld(object: TopologyObject, { path }: Told, live: Live): boolean {
  const held = live.objects.get(addressOf(object));
  return held !== undefined && valueAt(object, path) === valueAt(held, path);
}

function valueAt(object: TopologyObject, [field = '', name]: readonly string[]): string {
  const value = (object as unknown as Readonly<Record<string, unknown>>)[field];
  return canonical(value instanceof Map && name !== undefined ? value.get(name) : value);
}

/** A broker's configuration may permit or deny what is deprecated. */
function isRefused({ effect, feature }: Told, { broker }: Live): boolean {
  if (feature === undefined || broker.denied === undefined) return effect === 'refused';
  return broker.denied.has(feature);
}
