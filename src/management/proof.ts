// What each kind of answer proves of the request that it answers. Only the broker's own words count: whatever stands before it may
// fail, redirect or answer in its place after the broker has carried the request out.
import { parseJson } from '../topology/json.ts';
import type { Outcome, Request } from './transport.ts';

/** `nothing`: it may or may not have been carried out, and has to be looked at. */
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

/** The first row that fits. What fits none, such as a web page, a redirect, any 5xx, silence and a cut, proves nothing. */
const rows: readonly Row[] = [
  { to: writes, status: /^20[14]$/, proves: 'carried out' },
  { to: ['GET'], status: /^200$/, says: looksLikeJson, proves: 'carried out' },
  { to: ['DELETE'], status: /^404$/, says: hasReason, proves: 'carried out' },
  { to: all, status: /^400$/, says: isNodeDown, proves: 'nothing' },
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

/** `error` is the broker's code, `reason` its sentence; neither where something else answered in its place. */
export function parseReason(text: string): { error?: string; reason?: string } {
  try {
    const { error, reason } = parseJson(text) as { error?: unknown; reason?: unknown };
    return {
      ...(typeof error === 'string' ? { error } : {}),
      ...(typeof reason === 'string' ? { reason } : {}),
    };
  } catch {
    return {};
  }
}

/** A node of the cluster that is down comes as a 400; it may have done its part. */
export function isNodeDown({ status, text }: Answer): boolean {
  return status === 400 && /could not be contacted|timed out/i.test(text);
}

function hasReason({ text }: Answer): boolean {
  const { error, reason } = parseReason(text);
  return error !== undefined && reason !== undefined;
}

/** Lists are long, and parsed by whoever asked for them. */
function looksLikeJson({ text }: Answer): boolean {
  return /^\s*[[{]/.test(text);
}
