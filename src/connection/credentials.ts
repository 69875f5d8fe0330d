// Chooses the user and the password: those in the endpoint come first, then those of the
// environment.
import { Secret } from './secret.ts';
import { readSetting } from './settings.ts';
import type { SafeUrl } from './urls.ts';

export interface Credentials {
  readonly username: string;
  readonly password: Secret;
  /** The settings they come from, for hints. */
  readonly origin: string;
}

const defaults = { username: 'guest', password: 'guest' };

/** `setting`: where the endpoint was given. `password`: that of the environment. */
export function chooseCredentials(
  env: NodeJS.ProcessEnv,
  { url, setting }: { url: SafeUrl; setting: string },
  password: Secret | undefined,
): Credentials {
  return {
    username: chosenUser(env, url) ?? defaults.username,
    password: url.password ?? password ?? new Secret(defaults.password),
    origin: originOf(env, url, setting),
  };
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

/** Warns if RABBITMQ_USERNAME was changed, and AMQP_URL still names another user. */
export function doubtsAboutUsers(
  env: NodeJS.ProcessEnv,
  url: SafeUrl,
  amqpUrl: SafeUrl | undefined,
): string[] {
  const [user, amqpUser] = [chosenUser(env, url), amqpUrl?.username];
  if (user === undefined || amqpUser === undefined || user === amqpUser) return [];
  return [
    `on AMQP the user is ${amqpUser}, as AMQP_URL says, and not ${user}: change it there, too, or take it out`,
  ];
}
