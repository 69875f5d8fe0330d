// Reads the files that settings name: a password, certificates and a key.
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { Secret } from '../topology/secret.ts';
import { renderTlsOptions, type TlsMaterial } from './tls.ts';
import { invalid, readSetting } from './settings.ts';

/**
 * The one in the environment, or in the file that the environment names. Both at once are
 * ambiguous.
 */
export function readPassword(env: NodeJS.ProcessEnv): Secret | undefined {
  const text = readSetting(env, 'RABBITMQ_PASSWORD');
  const inFile = readNamedFile(env, 'RABBITMQ_PASSWORD_FILE')?.replace(lineEnd, '');
  if (inFile !== undefined && /[\r\n]/.test(inFile)) {
    const message = 'the file of RABBITMQ_PASSWORD_FILE holds several lines';
    throw invalid('several-lines', message, 'a password is one line');
  }
  if (text !== undefined && inFile !== undefined && text !== inFile) {
    const message =
      'RABBITMQ_PASSWORD and the file of RABBITMQ_PASSWORD_FILE hold different passwords';
    throw invalid('two-passwords', message, 'unset one of them');
  }
  const password = text ?? inFile;
  return password === undefined ? undefined : new Secret(password);
}

/** What editors and `echo` put behind a password or a token. */
export const lineEnd = /\r?\n$/;

export function readTls(env: NodeJS.ProcessEnv): TlsMaterial {
  const key = readNamedFile(env, 'RABBITMQ_CLIENTKEY');
  const material = {
    ca: readNamedFile(env, 'RABBITMQ_CACERT'),
    cert: readNamedFile(env, 'RABBITMQ_CLIENTCERT'),
    key: key === undefined ? undefined : new Secret(key),
    insecure: parseSwitch(env, 'RABBITMQ_INSECURE'),
  };
  assertUsable(material);
  return material;
}

function readNamedFile(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const file = readSetting(env, name);
  return file === undefined ? undefined : readFileOf(name, file);
}

/** Throws InvalidInput, naming the setting and the file. */
export function readFileOf(name: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    const hint = 'check that the file exists and that you may read it';
    throw invalid('unreadable-file', `${name}: can't read ${file} (${code})`, hint);
  }
}

function parseSwitch(env: NodeJS.ProcessEnv, name: string): boolean {
  const text = readSetting(env, name) ?? 'false';
  if (['true', '1'].includes(text)) return true;
  if (['false', '0'].includes(text)) return false;
  throw invalid('invalid-switch', `${name} is neither true nor false`, 'write true or false');
}

function assertUsable(material: TlsMaterial): void {
  if ((material.cert === undefined) !== (material.key === undefined)) {
    const hint = 'set both, or neither';
    throw invalid(
      'half-a-certificate',
      'RABBITMQ_CLIENTCERT and RABBITMQ_CLIENTKEY belong together',
      hint,
    );
  }
  try {
    createSecureContext(renderTlsOptions(material));
    // The context ignores an invalid CA.
    if (material.ca !== undefined) new X509Certificate(material.ca);
  } catch {
    throw invalid(
      'invalid-certificate',
      'RABBITMQ_CACERT, RABBITMQ_CLIENTCERT or RABBITMQ_CLIENTKEY holds no usable certificate or key',
      'they must be PEM files, the key without a passphrase and the one of the certificate',
    );
  }
}
