// The rule for fields that hold a regular expression: RabbitMQ refuses one that does not compile.
import { patternFault } from './pattern-fault.ts';
import type { Breach } from './problem.ts';
import { quote } from './quote.ts';

/** `path`: the field. */
export function patternBreaches(pattern: string, path: Breach['path']): Breach[] {
  const fault = patternFault(pattern);
  if (fault === undefined) return [];
  return [
    {
      code: 'invalid-pattern',
      message: `${quote(pattern)} is no regular expression: ${fault.what} (character ${fault.at + 1})`,
      hint: 'RabbitMQ refuses it; a backslash makes a special character stand for itself',
      path,
    },
  ];
}
