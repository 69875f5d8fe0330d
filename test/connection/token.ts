// Issues tokens, as an OAuth 2 server would.
import { createSign, type KeyObject } from 'node:crypto';

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Signed with `key`; without one, no broker accepts it. */
export function renderToken(claims: object, key?: KeyObject): string {
  const content = `${encode({ alg: 'RS256', kid: 'test' })}.${encode(claims)}`;
  const signature = key && createSign('RSA-SHA256').update(content).sign(key).toString('base64url');
  return `${content}.${signature ?? ''}`;
}
