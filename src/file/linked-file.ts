import { InvalidInput } from '../topology/problem.ts';

/** `otherwise`: what to do about it, if not to write the aliases out. */
export function linkedFile(file: string, otherwise: string): InvalidInput {
  const message = `${file} uses anchors and aliases, so its entries can't be changed one by one`;
  const hint = `write them out, or ${otherwise}`;
  return new InvalidInput([{ code: 'linked-file', message, hint }]);
}
