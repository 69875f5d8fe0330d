// The bearer token of an OAuth 2 broker, in a file that its issuer replaces before it expires.
import { statSync } from 'node:fs';
import { isRecord, parseJson } from '../topology/json.ts';
import { lineEnd, readFileOf } from './files.ts';
import { invalid, readSetting } from './settings.ts';

export const tokenSetting = 'RABBITMQ_TOKEN_FILE';

/** What a token says of itself. Only the broker can tell whether it is true. */
export interface Claims {
  /** The name that RabbitMQ gives the user by default. */
  readonly username: string;
  /** Milliseconds since 1970. */
  readonly expires: number | undefined;
}

export class TokenFile {
  readonly #path: string;
  #token: string;
  /** Changes with the file, even if a link to it leads elsewhere. */
  #stamp: string;

  /** Throws InvalidInput unless the file holds a token. */
  constructor(path: string) {
    this.#path = path;
    this.#token = readToken(path);
    this.#stamp = stampOf(path);
  }

  /** The token that the file holds now or, while it holds none, the last one. */
  reveal(): string {
    try {
      const stamp = stampOf(this.#path);
      if (stamp !== this.#stamp) this.#token = readToken(this.#path);
      this.#stamp = stamp;
    } catch {
      // Its issuer may be writing it.
    }
    return this.#token;
  }

  get claims(): Claims {
    const { sub, client_id: client, exp } = claimsOf(this.#token);
    const username = [sub, client].find((name) => typeof name === 'string') ?? 'unknown';
    return { username, expires: typeof exp === 'number' ? exp * 1_000 : undefined };
  }
}

/** Undefined unless RABBITMQ_TOKEN_FILE is set. */
export function readTokenFile(env: NodeJS.ProcessEnv): TokenFile | undefined {
  const path = readSetting(env, tokenSetting);
  return path === undefined ? undefined : new TokenFile(path);
}

function stampOf(path: string): string {
  const { dev, ino, size, mtimeNs } = statSync(path, { bigint: true });
  return [dev, ino, size, mtimeNs].join();
}

function readToken(path: string): string {
  const token = readFileOf(tokenSetting, path).replace(lineEnd, '');
  if (/^[!-~]+$/.test(token)) return token;
  const hint = 'write the access token into it, and nothing else';
  throw invalid('invalid-token', `${tokenSetting}: ${path} holds no token`, hint);
}

/** Empty if the token is no JWT. */
function claimsOf(token: string): Record<string, unknown> {
  const [, payload = ''] = token.split('.');
  try {
    const claims = parseJson(Buffer.from(payload, 'base64url').toString());
    return isRecord(claims) ? claims : {};
  } catch {
    return {};
  }
}
