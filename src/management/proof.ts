// Tells what an answer proves about its request. Only the broker's own words count: a proxy in
// front of it may fail, redirect or answer in its place after the broker has carried out the
// request.
import { parseJson } from '../topology/json.ts';
import type { Outcome, Request } from './transport.ts';

/** `nothing`: the request may have been carried out or not, and takes a look. */
export type Proof = 'carried out' | 'refused' | 'nothing';

type Answer = Extract<Outcome, { kind: 'answered' }>;

interface Row {
  readonly to: readonly Request['method'][];
  readonly status: RegExp;
  readonly says?: (answer: Answer) => boolean;
  readonly proves: Proof;
}

const writes = ['PUT', 'POST', 'DELETE'] as const;
const all = ['GET', ...writes] as const;

/**
 * The first match counts. Any other answer, such as a web page, a redirect, a 5xx, silence or a
 * cut, proves nothing.
 */
const rows: readonly Row[] = [
  { to: writes, status: /^20[14]$/, proves: 'carried out' },
  { to: ['GET'], status: /^200$/, says: looksLikeJson, proves: 'carried out' },
  { to: ['DELETE'], status: /^404$/, says: hasReason, proves: 'carried out' },
  { to: all, status: /^400$/, says: isNodeDown, proves: 'nothing' },
  { to: all, status: /^400$/, says: isOfGoneVhost, proves: 'nothing' },
  { to: all, status: /^4\d\d$/, says: hasReason, proves: 'refused' },
];

export function proofOf({ method }: Request, outcome: Outcome): Proof {
  if (outcome.kind === 'unanswered') return 'nothing';
  const row = rows.find(
    ({ to, status, says }) =>
      to.includes(method) && status.test(String(outcome.status)) && (says?.(outcome) ?? true),
  );
  return row?.proves ?? 'nothing';
}

/**
 * `error` is the broker's code, `reason` its sentence; both are missing if something else answered.
 */
export function parseReason(text: string): { error?: string; reason?: string } {
  try {
    const { error, reason } = parseJson(text) as { error?: unknown; reason?: unknown };
    const words = Array.isArray(reason) ? reason.join(' ') : reason;
    return {
      ...(typeof error === 'string' ? { error } : {}),
      ...(typeof words === 'string' ? { reason: words } : {}),
    };
  } catch {
    return {};
  }
}

/** RabbitMQ answers 400 if a node of the cluster is down; the request may be partly done. */
export function isNodeDown({ status, text }: Answer): boolean {
  return status === 400 && /could not be contacted|timed out/i.test(text);
}

/**
 * RabbitMQ tells all links of federation of a new upstream, once it has stored it, and answers 400
 * if one of them is in a vhost that is being deleted.
 */
function isOfGoneVhost(answer: Answer): boolean {
  return goneVhost(answer) !== undefined;
}

/** The vhost that is not there, or not any more, if that is why the broker answers 400. */
export function goneVhost({ status, text }: Answer): string | undefined {
  const { reason = '' } = status === 400 ? parseReason(text) : {};
  return /^no_such_vhost (.+)$/s.exec(reason)?.[1];
}

function hasReason({ text }: Answer): boolean {
  const { error, reason } = parseReason(text);
  return error !== undefined && reason !== undefined;
}

/** Lists are long, and the caller parses them. */
function looksLikeJson({ text }: Answer): boolean {
  return /^\s*[[{]/.test(text);
}
