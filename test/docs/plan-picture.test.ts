// The README's picture of a plan is what topo prints of docs/img/plan.json, colours included. After
// a change of its words: npx vitest run test/docs/plan-picture.test.ts -u
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { callTopo } from '../cli/topo.ts';
import { root } from './clone.ts';

const [columnWidth, lineHeight, margin] = [7.8, 19, 20];
const [background, foreground] = ['#0d1117', '#e6edf3'];

/** By their SGR codes: an attribute of the text that follows. */
const styles = new Map([
  ['1', 'font-weight="bold"'],
  ['2', 'fill="#8b949e"'],
  ['31', 'fill="#ff7b72"'],
  ['32', 'fill="#3fb950"'],
  ['33', 'fill="#d29922"'],
  ['36', 'fill="#39c5cf"'],
]);
const ends = ['0', '22', '39'];

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function renderLine(line: string, index: number): string {
  let style = '';
  const spans = line.split('\u001b[').map((part, place) => {
    if (place === 0) return escapeXml(part);
    const [, code = '', text = ''] = /^(\d+)m(.*)$/.exec(part) ?? [];
    style = ends.includes(code) ? '' : `${style} ${styles.get(code) ?? `unknown="${code}"`}`;
    return text === '' ? '' : `<tspan${style}>${escapeXml(text)}</tspan>`;
  });
  const y = margin + (index + 1) * lineHeight - 5;
  return `<text x="${margin}" y="${y}">${spans.join('')}</text>`;
}

/** What a terminal would show, as a picture. */
function renderSvg(output: string): string {
  const lines = output.trimEnd().split('\n');
  const plain = lines.map((line) => line.replaceAll(/\u001b\[\d+m/g, ''));
  const columns = Math.max(...plain.map((line) => line.length));
  const [width, height] = [
    Math.ceil(2 * margin + columns * columnWidth),
    2 * margin + lines.length * lineHeight,
  ];
  const font = `font-family="ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="13"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<rect width="100%" height="100%" rx="8" fill="${background}"/>`,
    `<g ${font} fill="${foreground}" xml:space="preserve">`,
    ...lines.map(renderLine).filter((line) => !line.endsWith('"></text>')),
    '</g>',
    '</svg>\n',
  ].join('\n');
}

test('the picture of a plan is what topo show prints', async () => {
  const { isTTY } = process.stdout;
  process.stdout.isTTY = true;
  onTestFinished(() => void (process.stdout.isTTY = isTTY));
  const { code, out } = await callTopo(['show', 'docs/img/plan.json'], root, {});
  expect(code).toBe(0);
  const svg = renderSvg(out);
  expect(svg).not.toContain('unknown=');
  await expect(svg).toMatchFileSnapshot(join(root, 'docs/img/plan.svg'));
});
