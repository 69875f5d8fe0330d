// A secret in the value of a parameter, such as the URI of a shovel: compared, but never shown.
import { Secret } from './secret.ts';

interface Known {
  readonly text?: Secret | undefined;
  readonly from?: string | undefined;
  readonly isKept?: boolean;
}

/** A text with a secret in it, in a value. */
export class Veiled {
  /** Undefined in a saved plan: it holds no secrets. */
  readonly text: Secret | undefined;
  /** Such as `${env:ORDERS_URI}`, if it comes from the environment alone. */
  readonly from: string | undefined;
  /** Whether a change of the parameter leaves this text as it was. */
  readonly isKept: boolean;

  constructor({ text, from, isKept = false }: Known) {
    this.text = text;
    this.from = from;
    this.isKept = isKept;
  }

  with(known: Known): Veiled {
    return new Veiled({ text: this.text, from: this.from, isKept: this.isKept, ...known });
  }

  /** What plans hold in its place. */
  toJSON(): Record<string, unknown> {
    return { [mark]: this.from ?? null, ...(this.isKept && { unchanged: true }) };
  }
}

const mark = '$secret';

/** Inverts `toJSON`; undefined for other values. */
export function readVeiled(value: unknown): Veiled | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const fields = new Map<string, unknown>(Object.entries(value));
  const from = fields.get(mark);
  if (from !== null && typeof from !== 'string') return undefined;
  return new Veiled({ from: from ?? undefined, isKept: fields.get('unchanged') === true });
}

const secretName = /passw(?:or)?d|passphrase|secret|token|credential|api[-_]?key|^pwd$|^pass$/i;

/** Whether a text may hold a password: before an @, in a query, or by the name of its field. */
export const holdsSecret = (text: string, name = ''): boolean =>
  /:\/\/.*:.+@|[?&]password=[^&]/is.test(text) || (text !== '' && secretName.test(name));

/** Takes the passwords of URIs out of what a broker says about a value. */
export const withoutPasswords = (text: string): string =>
  text.replace(/:\/\/[^\s"'<>]*@/g, '://•••@').replace(/([?&]password=)[^&\s"'<>]+/gi, '$1•••');
