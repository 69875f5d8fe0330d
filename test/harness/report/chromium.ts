// A real browser that shows pages of a test: chromium, where it is installed.
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../../../src/sandbox/command.ts';

async function findChromium(): Promise<string | undefined> {
  for (const name of ['chromium', 'chromium-browser', 'google-chrome']) {
    if ((await runCommand(name, ['--version'])).ok) return name;
  }
  return undefined;
}

/** Its command; undefined where it is not installed. */
export const chromium = await findChromium();

interface Seen {
  readonly width: number;
  /** What a scrollbar leaves of the width. */
  readonly room: number;
  /** How wide the page is; wider than its room, it scrolls. */
  readonly scroll_width: number;
  /** How many elements of a selector take up room. */
  readonly visible: Readonly<Record<string, number>>;
  readonly text: string;
}

export interface Visit {
  readonly seen: readonly Seen[];
  /** Paths that were asked for, other than the page itself. */
  readonly requests: readonly string[];
  /** What the browser complained of. */
  readonly console: readonly string[];
}

/**
 * Opens a page in windows of these widths, in frames of one origin so that they can be measured.
 */
export async function visit(
  page: string,
  widths: readonly number[],
  selectors: readonly string[],
): Promise<Visit> {
  const requests: string[] = [];
  const frame = frameOf(widths, selectors);
  const server = createServer(({ url = '' }, response) => {
    if (url !== '/' && url !== '/page') requests.push(url);
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(url === '/' ? frame : url === '/page' ? page : '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const profile = await mkdtemp(join(tmpdir(), 'topo-chromium-'));
  try {
    const { port } = server.address() as AddressInfo;
    const { output } = await runCommand(chromium ?? 'chromium', [
      ...flags,
      `--user-data-dir=${profile}`,
      `http://127.0.0.1:${port}/`,
    ]);
    const found = /<pre id="found">([^<]*)<\/pre>/.exec(output)?.[1];
    if (found === undefined) throw new Error(`chromium showed nothing:\n${output.slice(-2_000)}`);
    const lines = output.split('\n').filter((line) => line.includes('CONSOLE'));
    const seen = JSON.parse(decodeURIComponent(found)) as Seen[];
    return { seen, requests, console: lines };
  } finally {
    server.closeAllConnections();
    server.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

const flags = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
  ...['--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1', '--enable-logging=stderr'],
  ...['--virtual-time-budget=3000', '--dump-dom'],
];

const frameOf = (
  widths: readonly number[],
  selectors: readonly string[],
): string => `<!doctype html>
<link rel="icon" href="data:,">
${widths.map((width) => `<iframe src="/page" width="${width}" height="900" style="border:0"></iframe>`).join('\n')}
<pre id="found"></pre>
<script>
addEventListener('load', () => {
  const selectors = ${JSON.stringify(selectors)};
  const seen = [...document.querySelectorAll('iframe')].map((frame) => {
    const page = frame.contentDocument;
    const isVisible = (one) => one.getBoundingClientRect().width > 0;
    const visible = (selector) => [...page.querySelectorAll(selector)].filter(isVisible).length;
    return {
      width: frame.clientWidth,
      room: page.documentElement.clientWidth,
      scroll_width: page.documentElement.scrollWidth,
      visible: Object.fromEntries(selectors.map((one) => [one, visible(one)])),
      text: page.body.innerText,
    };
  });
  document.getElementById('found').textContent = encodeURIComponent(JSON.stringify(seen));
});
</script>`;
