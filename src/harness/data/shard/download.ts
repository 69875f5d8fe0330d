// Downloads a shard: only from allowed hosts, only from the address that was checked, and without
// redirects.
import { createHash, randomUUID } from 'node:crypto';
import { lookup } from 'node:dns';
import { createWriteStream } from 'node:fs';
import { mkdir, open, realpath, rm } from 'node:fs/promises';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { LookupFunction } from 'node:net';
import { extname, join } from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import axios, { type AxiosResponse } from 'axios';
import { TrainingError } from '../../handler.ts';
import { takePlace } from '../../../disk/replace-file.ts';
import { parseAllowedHosts, portOf, type AllowedHosts } from './allowed-hosts.ts';
import { hashFile } from './hash.ts';
import { wrongHash } from './local-file.ts';
import type { ShardSettings } from './settings.ts';

export interface Downloaded {
  readonly path: string;
  /** Removes what is not kept by its hash. */
  readonly release: () => Promise<void>;
}

/** Kept by its hash if the task names one, else only until it is released. Throws TrainingError. */
export async function download(
  url: URL,
  sha256: string | undefined,
  settings: ShardSettings,
  signal: AbortSignal,
): Promise<Downloaded> {
  const hosts = parseAllowedHosts(settings.allowedHosts, settings.publicHosts);
  if (!hosts.mayAsk(url)) throw notAllowed(url);
  await mkdir(settings.cache, { recursive: true, mode: 0o700 });
  const cache = await realpath(settings.cache);
  const extension = /^\.\w{1,10}$/.exec(extname(url.pathname))?.[0] ?? '';
  const temporary = join(cache, `download-${randomUUID()}${extension}`);
  const kept = sha256 && join(cache, `${sha256}${extension}`);
  if (kept && (await hashKept(kept, signal)) === sha256) return { path: kept, release: nothing };
  try {
    const hash = await fetchInto(temporary, url, hosts, settings, signal);
    if (sha256 !== undefined && hash !== sha256) throw wrongHash(render(url));
    // Not synced: its hash is checked each time it is used.
    if (kept) await takePlace(temporary, kept, { sync: false });
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  if (kept) return { path: kept, release: nothing };
  return { path: temporary, release: () => rm(temporary, { force: true }) };
}

const nothing = (): Promise<void> => Promise.resolve();

async function hashKept(path: string, signal: AbortSignal): Promise<string | undefined> {
  const file = await open(path).catch(() => undefined);
  return file && hashFile(file, signal).finally(() => file.close());
}

/** Returns the SHA-256 of what was fetched. */
async function fetchInto(
  path: string,
  url: URL,
  hosts: AllowedHosts,
  settings: ShardSettings,
  signal: AbortSignal,
): Promise<string> {
  const timeout = AbortSignal.timeout(settings.timeoutMs);
  const both = AbortSignal.any([signal, timeout]);
  try {
    const response = await request(url, hosts, both);
    if (response.status !== 200) {
      response.data.destroy();
      throw wrongStatus(url, response.status);
    }
    const hash = createHash('sha256');
    const counted = count(hash, settings.maxBytes, url);
    const file = createWriteStream(path, { flags: 'wx', mode: 0o600 });
    await pipeline(response.data, counted, file, { signal: both });
    return hash.digest('hex');
  } catch (error) {
    signal.throwIfAborted();
    throw timeout.aborted ? tooSlow(url, settings.timeoutMs) : toTrainingError(url, error);
  }
}

function request(
  url: URL,
  hosts: AllowedHosts,
  signal: AbortSignal,
): Promise<AxiosResponse<Readable>> {
  const checked = { lookup: checkedLookup(url, hosts), keepAlive: false };
  return axios.get<Readable>(url.href, {
    responseType: 'stream',
    decompress: false,
    maxRedirects: 0,
    proxy: false,
    httpAgent: new HttpAgent(checked),
    httpsAgent: new HttpsAgent(checked),
    headers: { Accept: '*/*', 'Accept-Encoding': 'identity', 'User-Agent': 'topo-harness' },
    validateStatus: () => true,
    signal,
  });
}

/** The connection goes to what this returns: a name can't mean another address afterwards. */
const checkedLookup =
  (url: URL, hosts: AllowedHosts): LookupFunction =>
  (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      // With an error there are none, whatever the types say.
      const [first] = error === null ? addresses : [];
      if (first === undefined) {
        callback(error ?? new Error(`${hostname} has no address`), '');
        return;
      }
      const forbidden = addresses.find(({ address }) => !hosts.mayConnect(address, portOf(url)));
      if (forbidden !== undefined) callback(forbiddenAddress(url, forbidden.address), '');
      else if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };

const count = (hash: ReturnType<typeof createHash>, maxBytes: number, url: URL): Transform => {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      hash.update(chunk);
      if (bytes > maxBytes) done(tooLarge(url, maxBytes));
      else done(null, chunk);
    },
  });
};

/** Without its query, which may hold a signature. */
const render = (url: URL): string => `${url.protocol}//${url.host}${url.pathname}`;

const retryableStatus = new Set([408, 425, 429]);

const wrongStatus = (url: URL, status: number): TrainingError => {
  const isRedirect = status >= 300 && status < 400;
  return new TrainingError(
    status >= 500 || retryableStatus.has(status) ? 'retryable' : 'poison',
    `${render(url)} answered ${status}`,
    isRedirect ? { hint: 'redirects are not followed: name the final address' } : {},
  );
};

const notAllowed = (url: URL): TrainingError =>
  new TrainingError('poison', `${url.host} is no host that shards may come from`, {
    hint: `start the worker with --allow-host ${url.hostname}:${portOf(url)}`,
  });

const forbiddenAddress = (url: URL, address: string): TrainingError =>
  new TrainingError('poison', `${url.hostname} is ${address}, which is not a public address`, {
    hint: `where that is meant, start the worker with --allow-host ${address}`,
  });

const tooLarge = (url: URL, maxBytes: number): TrainingError =>
  new TrainingError('poison', `${render(url)} is longer than ${maxBytes} bytes`, {
    hint: 'make smaller shards, or let the worker take longer ones',
  });

const tooSlow = (url: URL, timeoutMs: number): TrainingError =>
  new TrainingError('retryable', `${render(url)} took longer than ${timeoutMs / 1000} s`);

/** Never with the request inside: its address may hold a signature. */
function toTrainingError(url: URL, error: unknown): TrainingError {
  const found = axios.isAxiosError(error) ? error.cause : error;
  if (found instanceof TrainingError) return found;
  const reason = error instanceof Error ? error.message : String(error);
  return new TrainingError('retryable', `${render(url)} can't be downloaded: ${reason}`);
}
