// Chooses who topo is: the token, else the user and the password in the endpoint, else those of the
// environment.
import { InvalidInput } from '../topology/problem.ts';
import type { Grantee } from '../topology/grant.ts';
import { Secret } from '../topology/secret.ts';
import { readSetting } from './settings.ts';
import { TokenFile, tokenSetting } from './token-file.ts';
import type { SafeUrl } from './urls.ts';

/** A token is the password of its user over AMQP, and stands alone over HTTP. */
export type Password = Secret | TokenFile;

export interface Credentials {
  readonly username: string;
  readonly password: Password;
  /** The settings they come from, for hints. */
  readonly origin: string;
}

type Login = Omit<Credentials, 'origin'>;

interface Given {
  readonly url: SafeUrl;
  /** Where the endpoint was given. */
  readonly setting: string;
}

const defaults = { username: 'guest', password: 'guest' };

/** `password`: that of the environment. */
export function chooseCredentials(
  env: NodeJS.ProcessEnv,
  given: Given,
  password: Password | undefined,
): Credentials {
  if (password instanceof TokenFile) {
    assertAlone(env, given);
    return { username: password.claims.username, password, origin: tokenSetting };
  }
  const { url, setting } = given;
  return {
    username: chosenUser(env, url) ?? defaults.username,
    password: url.password ?? password ?? new Secret(defaults.password),
    origin: originOf(env, url, setting),
  };
}

/** For hints on how to give this user a right. */
export const userOf = ({ username, password }: Login): Grantee =>
  password instanceof TokenFile ? { ofToken: username } : username;

/** Whether both log in as one user with the same rights: a token's may be fewer. */
export const isSameUser = (one: Login, other: Login): boolean =>
  one.username === other.username &&
  one.password instanceof TokenFile === other.password instanceof TokenFile;

/** What to check once the broker has refused the login. */
export function hintForLogin({ origin, password }: Credentials): string {
  if (!(password instanceof TokenFile)) {
    return `check ${origin}: the broker does not know this user with this password`;
  }
  const { expires } = password.claims;
  if (expires === undefined || expires > Date.now()) {
    return `check ${origin}: the broker does not accept its token`;
  }
  return `renew the token in ${origin}: it expired at ${new Date(expires).toISOString()}`;
}

/** Throws InvalidInput if a user or a password is set beside the token. */
function assertAlone(env: NodeJS.ProcessEnv, { url, setting }: Given): void {
  const names = ['RABBITMQ_USERNAME', 'RABBITMQ_PASSWORD', 'RABBITMQ_PASSWORD_FILE'];
  const others = [
    ...names.filter((name) => readSetting(env, name) !== undefined),
    ...(url.username === undefined && url.password === undefined ? [] : [`a user in ${setting}`]),
  ];
  const problems = others.map((other) => ({
    code: 'token-and-user',
    message: `${tokenSetting} and ${other} are both set: a token takes the place of user and password`,
    hint: 'unset one of them',
  }));
  if (problems.length > 0) throw new InvalidInput(problems);
}

/** The user that was named, if any. */
function chosenUser(env: NodeJS.ProcessEnv, url: SafeUrl): string | undefined {
  return url.username ?? readSetting(env, 'RABBITMQ_USERNAME');
}

function originOf(env: NodeJS.ProcessEnv, url: SafeUrl, setting: string): string {
  if (url.username !== undefined && url.password !== undefined) {
    return `the user and the password in ${setting}`;
  }
  const inFile = readSetting(env, 'RABBITMQ_PASSWORD_FILE') !== undefined;
  const ofEnv = inFile ? 'RABBITMQ_PASSWORD_FILE' : 'RABBITMQ_PASSWORD';
  const user = url.username === undefined ? 'RABBITMQ_USERNAME' : `the user in ${setting}`;
  return `${user} and ${url.password === undefined ? ofEnv : `the password in ${setting}`}`;
}

/** Warns if the user was changed, and AMQP_URL still names another. */
export function doubtsAboutUsers(
  env: NodeJS.ProcessEnv,
  { url, token }: { url: SafeUrl; token: TokenFile | undefined },
  amqpUrl: SafeUrl | undefined,
  atAmqp: string,
): string[] {
  const amqpUser = amqpUrl?.username;
  const user = token?.claims.username ?? chosenUser(env, url);
  if (user === undefined || amqpUser === undefined || user === amqpUser) return [];
  return [
    `on AMQP the user is ${amqpUser}, as ${atAmqp} says, and not ${user}: change it there, too, or take it out`,
  ];
}
