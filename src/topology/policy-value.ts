// The values that RabbitMQ takes in a policy's definition.
import { patternFault } from './pattern-fault.ts';
import { oneOf, quote, renderKind } from './quote.ts';
import { Float, type Value } from './value.ts';

export type PolicyValue = PlainValue | { readonly kind: 'any' | 'age' | 'mirrors' | 'pattern' };

/** Those of parameters, too. */
export type PlainValue =
  | { readonly kind: 'text' }
  | { readonly kind: 'integer' | 'number'; readonly least?: number; readonly most?: number }
  | { readonly kind: 'choice'; readonly of: readonly string[] };

/** Says what is wrong with a value, such as: is the string "5"; undefined if it fits. */
export function misfit(value: Value, wanted: PolicyValue): string | undefined {
  if (wanted.kind === 'pattern' && typeof value === 'string') {
    const fault = patternFault(value);
    return fault && `is no regular expression: ${fault.what} (character ${fault.at + 1})`;
  }
  return fits(value, wanted) ? undefined : `is ${renderKind(value)}, not ${describe(wanted)}`;
}

export function fits(value: Value, wanted: PolicyValue): boolean {
  switch (wanted.kind) {
    case 'any':
      return true;
    case 'text':
    case 'pattern':
      return typeof value === 'string';
    case 'integer':
      return isInteger(value) && isBetween(value, wanted);
    case 'number':
      return isBetween(value instanceof Float ? value.value : value, wanted);
    case 'choice':
      return wanted.of.some((one) => one === value);
    case 'age':
      return typeof value === 'string' && /^0*[1-9]\d*[YMDhms]$/.test(value);
    case 'mirrors':
      return isInteger(value) ? value > 0 : isNonEmptyList(value);
  }
}

/** RabbitMQ takes 60000.0 for no integer. */
const isInteger = (value: Value): value is number | bigint =>
  typeof value === 'bigint' || Number.isInteger(value);

function isBetween(value: Value, { least, most }: { least?: number; most?: number }): boolean {
  if (typeof value !== 'number' && typeof value !== 'bigint') return false;
  return value >= (least ?? -Infinity) && value <= (most ?? Infinity);
}

const isNonEmptyList = (value: Value): boolean =>
  Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string');

/** Such as: a whole number of at least 0. */
export function describe(wanted: PolicyValue): string {
  switch (wanted.kind) {
    case 'any':
      return 'any value';
    case 'text':
      return 'a string';
    case 'pattern':
      return 'a regular expression';
    case 'integer':
      return `a whole number${describeRange(wanted)}`;
    case 'number':
      return `a number${describeRange(wanted)}`;
    case 'choice':
      return oneOf(wanted.of.map(quote));
    case 'age':
      return 'a time such as "7D" (Y, M, D, h, m or s)';
    case 'mirrors':
      return 'a number of mirrors, or a list of nodes';
  }
}

function describeRange({ least, most }: { least?: number; most?: number }): string {
  if (least === undefined) return '';
  return most === undefined ? ` of at least ${least}` : ` from ${least} to ${most}`;
}
