// Notes in a parameter's value which texts come from the environment: plans show that, and nothing
// else of them.
import { Secret } from '../topology/secret.ts';
import { holdsSecret, Veiled } from '../topology/veiled.ts';
import type { Kept } from './fill.ts';
import type { Path } from './locate.ts';
import type { Raw } from './raw-object.ts';
import { isRecord } from '../topology/json.ts';

export function withOrigins(section: string, raw: Raw, kept: Kept): Raw {
  if (section !== 'parameters') return raw;
  return kept.reduce<unknown>(
    (value, { path, text }) => veilAt(value, path.slice(2), text),
    raw,
  ) as Raw;
}

/** A template that holds a part of the secret itself is not shown. */
function veilAt(value: unknown, [part, ...path]: Path, template: string): unknown {
  if (part === undefined) return typeof value === 'string' ? veiled(value, template) : value;
  if (Array.isArray(value))
    return value.map((item, index): unknown =>
      index === part ? veilAt(item, path, template) : item,
    );
  return isRecord(value) ? { ...value, [part]: veilAt(value[part], path, template) } : value;
}

function veiled(text: string, template: string): Veiled {
  const isShown = !holdsSecret(withoutExpressions(template));
  return new Veiled({ text: new Secret(text), from: isShown ? template : undefined });
}

const withoutExpressions = (template: string): string =>
  template.replace(/(?<!\$)\$\{env:[^{}]*\}/g, '');
