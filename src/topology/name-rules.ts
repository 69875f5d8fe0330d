// Rules for names and routing keys that RabbitMQ refuses or silently changes.
import type { Breach } from './problem.ts';
import { quote } from './quote.ts';

type NameRule = (name: string, what: string) => Omit<Breach, 'path'> | undefined;

const longestName = 255;

/** To add a rule, write a function and list it here; only the first broken rule is reported. */
const nameRules: readonly NameRule[] = [
  notEmpty,
  withinBytes,
  notADotSegment,
  noControls,
  wellFormed,
];

/** Checks the name in a field. `what` names the field, such as `queue name`. */
export function nameBreaches(name: string, what: string, path: Breach['path']): Breach[] {
  return firstBroken(nameRules, name, what, path);
}

/** Routing keys may be empty and hold any character. */
export function routingKeyBreaches(key: string, path: Breach['path']): Breach[] {
  return firstBroken([withinBytes, wellFormed], key, 'routing key', path);
}

function firstBroken(
  rules: readonly NameRule[],
  name: string,
  what: string,
  path: Breach['path'],
): Breach[] {
  for (const rule of rules) {
    const broken = rule(name, what);
    if (broken) return [{ ...broken, path }];
  }
  return [];
}

function notEmpty(name: string, what: string): ReturnType<NameRule> {
  if (name !== '') return undefined;
  return { code: 'empty-name', message: `the ${what} is empty`, hint: 'give it a name' };
}

function withinBytes(name: string, what: string): ReturnType<NameRule> {
  if (name.length * 3 <= longestName) return undefined;
  const bytes = Buffer.byteLength(name);
  if (bytes <= longestName) return undefined;
  return {
    code: 'too-long',
    message: `the ${what} ${quote(name)} is ${bytes} bytes long`,
    hint: `RabbitMQ allows ${longestName} bytes in UTF-8`,
  };
}

function notADotSegment(name: string, what: string): ReturnType<NameRule> {
  if (name !== '.' && name !== '..') return undefined;
  return {
    code: 'dot-name',
    message: `the ${what} can't be ${quote(name)}`,
    hint: 'the management API reads it as part of the path; choose another name',
  };
}

function noControls(name: string, what: string): ReturnType<NameRule> {
  if (!/[\u0000-\u001f]/.test(name)) return undefined;
  return {
    code: 'control-character',
    message: `the ${what} ${quote(name)} holds a control character`,
    hint: 'RabbitMQ strips line breaks and keeps the others, invisibly; remove it',
    doubtful: 'name',
  };
}

function wellFormed(name: string, what: string): ReturnType<NameRule> {
  if (!/\p{Surrogate}/u.test(name)) return undefined;
  return {
    code: 'broken-unicode',
    message: `the ${what} ${quote(name)} holds half a character (a lone surrogate)`,
    hint: "UTF-8 can't encode it; write the whole character",
  };
}
