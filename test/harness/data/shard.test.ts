import { createHash } from 'node:crypto';
import { execFileSync, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { createServer as createSocket, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { TrainingError } from '../../../src/harness/handler.ts';
import { locate } from '../../../src/harness/data/shard/locate.ts';
import type { ShardSettings } from '../../../src/harness/data/shard/settings.ts';
import { hasPython } from '../../has-python.ts';
import { hostileUris, oddNames } from './hostile-uris.ts';

const outside = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'topo-shard-')));
const root = join(outside, 'root');
const canary = join(outside, 'canary');
const cache = join(outside, 'cache');
const content = '1,2,3\n';
const hash = createHash('sha256').update(content).digest('hex');
const never = new AbortController().signal;

let server: Server;
let port: number;
let asked: string[] = [];
/** What the server answers to a path. */
const answers = new Map<string, (response: ServerResponse) => void>();

beforeAll(async () => {
  for (const folder of ['root/a', 'root-beside', 'other']) {
    fs.mkdirSync(join(outside, folder), { recursive: true });
  }
  fs.writeFileSync(canary, 'canary');
  fs.writeFileSync(join(outside, 'root-beside/canary'), 'canary');
  fs.writeFileSync(join(outside, 'root.csv'), 'canary');
  fs.writeFileSync(join(root, 'shard.csv'), content);
  fs.writeFileSync(join(root, 'a/deep.csv'), content);
  fs.writeFileSync(join(outside, 'other/second.csv'), content);
  const links = {
    'link-to-canary': canary,
    'link-to-outside': outside,
    'link-to-slash': '/',
    'link-to-proc': '/proc',
    'link-of-link': 'link-to-canary',
    'relative-link': '../canary',
    'a/link-up': '../..',
    'link-to-null': '/dev/null',
    'link-to-pipe': 'pipe',
    'link-to-shard': 'shard.csv',
    loop: 'loop',
    dangling: 'nothing',
  };
  for (const [name, target] of Object.entries(links)) fs.symlinkSync(target, join(root, name));
  fs.symlinkSync(root, join(outside, 'link-to-root'));
  execFileSync('mkfifo', [join(root, 'pipe')]);
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const answer = answers.get(request.url ?? '');
    if (answer) answer(response);
    else response.end(content);
  });
  server.on('connection', (socket) => {
    asked.push('connection');
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});

beforeEach(() => {
  asked = [];
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
  fs.rmSync(outside, { recursive: true });
});

const settings = (more: Partial<ShardSettings> = {}): ShardSettings => ({
  roots: [root],
  allowedHosts: [],
  cache,
  maxBytes: 1_000_000,
  timeoutMs: 2000,
  ...more,
});

const fill = (uri: string): string =>
  uri.replaceAll('{root}', root).replaceAll('{outside}', outside).replaceAll('{port}', `${port}`);

describe('a hostile location gets nowhere', () => {
  const old = new Date('2001-01-01');
  beforeEach(() => fs.utimesSync(canary, old, old));

  const locateHostile = (uri: string): Promise<unknown> =>
    locate(
      { uri: fill(uri) },
      settings({ allowedHosts: ['data.example.com', `localhost:${port}`] }),
      never,
    );

  test('there are at least 150 of them, no two alike', () => {
    expect(new Set(hostileUris).size).toBe(hostileUris.length);
    expect(hostileUris.length).toBeGreaterThan(150);
  });

  test.each(hostileUris)('%j', async (uri) => {
    const socket = createSocket().listen(join(root, 'socket'));
    await new Promise((resolve) => socket.once('listening', resolve));
    try {
      const error: unknown = await locateHostile(uri).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(TrainingError);
      expect(error).toMatchObject({ verdict: 'poison' });
      expect((error as TrainingError).message).not.toContain('secret');
    } finally {
      await new Promise((resolve) => socket.close(resolve));
    }
    expect(asked).toEqual([]);
    expect(fs.statSync(canary).atime).toEqual(old);
  });

  test.each(oddNames)('%j is only looked for below the roots', async (uri) => {
    await expect(locateHostile(uri)).rejects.toMatchObject({
      verdict: 'retryable',
      message: expect.stringContaining('does not exist below') as string,
    });
    expect(asked).toEqual([]);
    expect(fs.statSync(canary).atime).toEqual(old);
  });
});

describe('a file below a root', () => {
  const found: [uri: string, path: string][] = [
    ['shard.csv', 'root/shard.csv'],
    ['./shard.csv', 'root/shard.csv'],
    ['a/deep.csv', 'root/a/deep.csv'],
    ['a//deep.csv', 'root/a/deep.csv'],
    ['{root}/shard.csv', 'root/shard.csv'],
    ['file://{root}/shard.csv', 'root/shard.csv'],
    ['file://localhost{root}/a/deep.csv', 'root/a/deep.csv'],
    ['link-to-shard', 'root/shard.csv'],
    ['link-to-outside/root/shard.csv', 'root/shard.csv'],
    ['{outside}/link-to-root/shard.csv', 'root/shard.csv'],
    ['second.csv', 'other/second.csv'],
  ];

  test.each(found)('%s is found', async (uri, path) => {
    const roots = [join(outside, 'link-to-root'), join(outside, 'other'), root];
    const file = await locate({ uri: fill(uri), sha256: hash }, settings({ roots }), never);
    expect(file.path).toBe(join(outside, path));
    await file.release();
    expect(fs.existsSync(file.path)).toBe(true);
  });

  test('of other bytes than the task says is poison', async () => {
    await expect(
      locate({ uri: 'shard.csv', sha256: '0'.repeat(64) }, settings(), never),
    ).rejects.toMatchObject({
      verdict: 'poison',
      message: expect.stringMatching(/sha256/) as string,
    });
  });

  test.skipIf(!hasPython)(
    'that is swapped for a link to the canary all the time is found or refused, never followed',
    async () => {
      const swapped = join(root, 'swapped.csv');
      const swap = execSwapper(swapped);
      try {
        const paths = new Set<string>();
        const end = performance.now() + 20_000;
        const hasBoth = (): boolean => paths.has('poison') && paths.has(swapped);
        while (performance.now() < end && !hasBoth()) {
          await locate({ uri: 'swapped.csv', sha256: hash }, settings(), never).then(
            (file) => paths.add(file.path),
            (error: unknown) => paths.add((error as TrainingError).verdict),
          );
        }
        // Where the link was seen it is poison, and bytes of the canary never pass for the shard's.
        expect(
          [...paths].filter((path) => !['poison', 'retryable', swapped].includes(path)),
        ).toEqual([]);
        expect([...paths]).toEqual(expect.arrayContaining(['poison', swapped]));
      } finally {
        swap();
      }
    },
  );
});

/** Swaps a file for a link to the canary and back, from another process. Returns what ends it. */
function execSwapper(path: string): () => void {
  const script = `
    import os, sys
    path, root, canary = sys.argv[1:]
    while True:
        for target in (root + '/shard.csv', canary):
            if target == canary: os.symlink(target, path + '.new')
            else: os.link(target, path + '.new')
            os.replace(path + '.new', path)
  `.replace(/^ {4}/gm, '');
  const child = spawn('python3', ['-S', '-E', '-c', script, path, root, canary]);
  return () => child.kill('SIGKILL');
}

describe('a download', () => {
  const here = (path: string): string => `http://127.0.0.1:${port}${path}`;
  const allowing = (more: Partial<ShardSettings> = {}): ShardSettings =>
    settings({ allowedHosts: [`127.0.0.1:${port}`], ...more });

  beforeEach(() => {
    fs.rmSync(cache, { recursive: true, force: true });
  });

  test('is kept by its hash, and made once', async () => {
    const first = await locate({ uri: here('/s.npz?token=1'), sha256: hash }, allowing(), never);
    const second = await locate({ uri: here('/s.npz?token=2'), sha256: hash }, allowing(), never);
    expect(first.path).toBe(join(cache, `${hash}.npz`));
    expect(second.path).toBe(first.path);
    expect(asked).toEqual(['connection', '/s.npz?token=1']);
    await first.release();
    expect(fs.readFileSync(first.path, 'utf8')).toBe(content);
  });

  test('that was kept and is damaged is made anew', async () => {
    fs.mkdirSync(cache);
    fs.writeFileSync(join(cache, `${hash}.bin`), 'damaged');
    const file = await locate({ uri: here('/s.bin'), sha256: hash }, allowing(), never);
    expect(fs.readFileSync(file.path, 'utf8')).toBe(content);
  });

  test('without a hash lasts until it is released', async () => {
    const file = await locate({ uri: here('/once.csv') }, allowing(), never);
    expect(fs.readFileSync(file.path, 'utf8')).toBe(content);
    await file.release();
    expect(fs.existsSync(file.path)).toBe(false);
  });

  const named: string[][] = [
    ['127.0.0.1:{port}', 'localhost:{port}'],
    ['127.0.0.0/8', 'localhost:{port}'],
    ['127.0.0.1', '::1', 'localhost:{port}'],
  ];

  test.each(named)('from a private address that the list names: %s', async (...list) => {
    const allowedHosts = list.filter((entry) => typeof entry === 'string').map(fill);
    const uri = `http://localhost:${port}/named`;
    const file = await locate({ uri }, settings({ allowedHosts: [...allowedHosts, '::1'] }), never);
    expect(fs.readFileSync(file.path, 'utf8')).toBe(content);
    await file.release();
  });

  const bad: [
    path: string,
    answer: (response: ServerResponse) => void,
    verdict: string,
    message: RegExp,
  ][] = [
    ['/301', (r) => r.writeHead(301, { Location: '/s' }).end(), 'poison', /answered 301/],
    [
      '/302',
      (r) => r.writeHead(302, { Location: 'http://169.254.169.254/' }).end(),
      'poison',
      /302/,
    ],
    ['/307', (r) => r.writeHead(307, { Location: 'file:///etc/passwd' }).end(), 'poison', /307/],
    ['/204', (r) => r.writeHead(204).end(), 'poison', /answered 204/],
    ['/206', (r) => r.writeHead(206).end('x'), 'poison', /answered 206/],
    ['/401', (r) => r.writeHead(401).end(), 'poison', /answered 401/],
    ['/404', (r) => r.writeHead(404).end(), 'poison', /answered 404/],
    ['/408', (r) => r.writeHead(408).end(), 'retryable', /answered 408/],
    ['/429', (r) => r.writeHead(429).end(), 'retryable', /answered 429/],
    ['/500', (r) => r.writeHead(500).end(), 'retryable', /answered 500/],
    ['/503', (r) => r.writeHead(503).end(), 'retryable', /answered 503/],
    ['/reset', (r) => r.socket?.destroy(), 'retryable', /can't be downloaded/],
    ['/cut', (r) => cutShort(r), 'retryable', /can't be downloaded/],
    ['/hang', () => undefined, 'retryable', /took longer than 0.5 s/],
    ['/drip', (r) => drip(r), 'retryable', /took longer than 0.5 s/],
    ['/long', (r) => r.end('x'.repeat(2_000_000)), 'poison', /longer than 1000000 bytes/],
    ['/endless', (r) => endless(r), 'poison', /longer than 1000000 bytes/],
    ['/other-bytes', (r) => r.end('other'), 'poison', /sha256/],
    [
      '/gzip',
      (r) => r.writeHead(200, { 'Content-Encoding': 'gzip' }).end('\x1f\x8b not really'),
      'poison',
      /sha256/,
    ],
  ];

  const neverEnd = new Set(['/hang', '/drip']);

  test.each(bad)('that ends in %s', async (path, answer, verdict, message) => {
    answers.set(`${path}?signature=secret`, answer);
    fs.mkdirSync(cache);
    const uri = here(`${path}?signature=secret`);
    const error: unknown = await locate(
      { uri, sha256: hash },
      allowing({ timeoutMs: neverEnd.has(path) ? 500 : 10_000 }),
      never,
    ).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ verdict, message: expect.stringMatching(message) as string });
    expect(String(error)).not.toContain('secret');
    expect(asked.length).toBe(2);
    expect(fs.readdirSync(cache)).toEqual([]);
  });

  test('that nobody listens for is retryable', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => closed.once('listening', resolve));
    const { port: free } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const allowed = settings({ allowedHosts: [`127.0.0.1:${free}`] });
    await expect(
      locate({ uri: `http://127.0.0.1:${free}/` }, allowed, never),
    ).rejects.toMatchObject({
      verdict: 'retryable',
    });
  });

  test('from a name that does not resolve is retryable', async () => {
    const allowed = settings({ allowedHosts: ['no-such-host.invalid'] });
    await expect(
      locate({ uri: 'https://no-such-host.invalid/' }, allowed, never),
    ).rejects.toMatchObject({ verdict: 'retryable' });
  });

  test('that is taken back ends with the reason', async () => {
    const reason = new TrainingError('retryable', 'taken back');
    const controller = new AbortController();
    answers.set('/taken', () => {
      controller.abort(reason);
    });
    await expect(locate({ uri: here('/taken') }, allowing(), controller.signal)).rejects.toBe(
      reason,
    );
  });

  test('goes past the proxy of the environment', async () => {
    process.env['http_proxy'] = 'http://127.0.0.1:1';
    try {
      await (await locate({ uri: here('/no-proxy') }, allowing(), never)).release();
      expect(asked).toContain('/no-proxy');
    } finally {
      delete process.env['http_proxy'];
    }
  });
});

test.each(['http://x', 'a/b', 'a b', 'user@host', 'host:99999', ':80', '[::1', ''])(
  '--allow-host %j is refused',
  async (entry) => {
    const uri = 'https://data.example.com/x';
    await expect(locate({ uri }, settings({ allowedHosts: [entry] }), never)).rejects.toThrow(
      /--allow-host .* is no host, address or network/,
    );
  },
);

function cutShort(response: ServerResponse): void {
  response.writeHead(200, { 'Content-Length': 100 });
  response.write('1,2');
  setTimeout(() => response.socket?.destroy(), 20);
}

function drip(response: ServerResponse): void {
  const timer = setInterval(() => response.write('x'), 50);
  response.on('close', () => {
    clearInterval(timer);
  });
}

function endless(response: ServerResponse): void {
  const block = Buffer.alloc(65_536);
  const more = (): void => {
    if (!response.destroyed) response.write(block, () => setImmediate(more));
  };
  more();
}
