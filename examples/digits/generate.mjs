// Draws the digits that the example trains on: 12 x 12 grey pixels, each digit moved, scaled, slanted, with a pen of its own
// and noise over it. The same options give the same bytes on every machine.
//
//   node generate.mjs [--shards 6] [--images 250] [--test 1000] [--seed 1] [--out data]
import { Buffer } from 'node:buffer';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const side = 12;
const noise = 0.1;

/** Lines through these points, in a square from 0 to 1, y downwards. */
// prettier-ignore
const strokes = [
  [[[0.5, 0], [0.85, 0.2], [0.85, 0.8], [0.5, 1], [0.15, 0.8], [0.15, 0.2], [0.5, 0]]],
  [[[0.25, 0.2], [0.55, 0], [0.55, 1]], [[0.25, 1], [0.85, 1]]],
  [[[0.15, 0.2], [0.4, 0], [0.75, 0.05], [0.85, 0.3], [0.15, 1], [0.9, 1]]],
  [[[0.15, 0], [0.85, 0], [0.45, 0.4], [0.85, 0.65], [0.7, 0.95], [0.15, 0.95]]],
  [[[0.65, 1], [0.65, 0], [0.1, 0.7], [0.9, 0.7]]],
  [[[0.85, 0], [0.2, 0], [0.15, 0.45], [0.7, 0.42], [0.85, 0.7], [0.6, 1], [0.15, 0.95]]],
  [[[0.75, 0], [0.3, 0.35], [0.15, 0.75], [0.45, 1], [0.85, 0.8], [0.7, 0.5], [0.2, 0.6]]],
  [[[0.1, 0], [0.9, 0], [0.4, 1]]],
  [[[0.5, 0.45], [0.2, 0.25], [0.5, 0], [0.8, 0.25], [0.5, 0.45], [0.15, 0.75], [0.5, 1], [0.85, 0.75], [0.5, 0.45]]],
  [[[0.8, 0.4], [0.3, 0.5], [0.15, 0.2], [0.5, 0], [0.85, 0.2], [0.8, 0.5], [0.5, 1]]],
];

const { values } = parseArgs({
  options: {
    shards: { type: 'string', default: '6' },
    images: { type: 'string', default: '250' },
    test: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    out: { type: 'string', default: 'data' },
  },
});
const [shards, images, test, seed] = ['shards', 'images', 'test', 'seed'].map(readCount);

mkdirSync(values.out, { recursive: true });
for (let shard = 0; shard < shards; shard += 1) {
  writeShard(`train-${String(shard).padStart(2, '0')}`, images, generator(seed * 1000 + shard));
}
writeShard('test', test, generator(seed * 1000 + 999));
console.log(`${values.out}: ${shards} shards of ${images} images, and ${test} to test with`);

function readCount(name) {
  if (/^[1-9]\d{0,5}$/.test(values[name])) return Number(values[name]);
  console.error(`--${name} takes a whole number from 1, not ${JSON.stringify(values[name])}`);
  process.exit(2);
}

function writeShard(name, count, uniform) {
  const pixels = Buffer.alloc(count * side * side);
  const labels = Buffer.alloc(count);
  for (let index = 0; index < count; index += 1) {
    labels[index] = Math.floor(uniform() * 10);
    drawDigit(labels[index], uniform, pixels.subarray(index * side * side));
  }
  writeFileSync(join(values.out, `${name}.safetensors`), toSafetensors(count, pixels, labels));
}

function drawDigit(digit, uniform, pixels) {
  const between = (low, high) => low + (high - low) * uniform();
  const [width, height] = [between(5, 7), between(7, 9)];
  const [left, top] = [(side - width) / 2 + between(-1, 1), (side - height) / 2 + between(-1, 1)];
  const [slant, wobble, pen] = [between(-0.12, 0.12), 0.035, between(0.7, 1)];
  const lines = strokes[digit].map((line) =>
    line.map(([x, y]) => [
      left + width * (x + between(-wobble, wobble) + slant * (0.5 - y)),
      top + height * (y + between(-wobble, wobble)),
    ]),
  );
  const ink = between(0.65, 1);
  for (let row = 0; row < side; row += 1) {
    for (let column = 0; column < side; column += 1) {
      const away = Math.min(...lines.map((line) => distanceTo(line, column + 0.5, row + 0.5)));
      const grey = ink * clamp((pen * pen * 2 - away) / (pen * pen));
      // A sum of four is close to a normal distribution.
      const blur = (uniform() + uniform() + uniform() + uniform() - 2) * 1.73 * noise;
      pixels[row * side + column] = Math.floor(255 * clamp(grey + blur));
    }
  }
}

/** Squared, to the nearest of the line's pieces. */
function distanceTo(line, x, y) {
  let least = Infinity;
  for (let i = 1; i < line.length; i += 1) {
    const [[fromX, fromY], [toX, toY]] = [line[i - 1], line[i]];
    const [alongX, alongY] = [toX - fromX, toY - fromY];
    const along = (x - fromX) * alongX + (y - fromY) * alongY;
    const part = clamp(along / (alongX * alongX + alongY * alongY));
    const [awayX, awayY] = [x - fromX - part * alongX, y - fromY - part * alongY];
    least = Math.min(least, awayX * awayX + awayY * awayY);
  }
  return least;
}

function clamp(value) {
  return Math.min(1, Math.max(0, value));
}

/** Evenly from 0 up to 1: mulberry32. */
function generator(from) {
  let state = from >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The length of the header, the header, the bytes. */
function toSafetensors(count, pixels, labels) {
  const end = pixels.length + labels.length;
  const json = JSON.stringify({
    images: { dtype: 'U8', shape: [count, side, side], data_offsets: [0, pixels.length] },
    labels: { dtype: 'U8', shape: [count], data_offsets: [pixels.length, end] },
  });
  const header = Buffer.from(json.padEnd(Math.ceil(json.length / 8) * 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, pixels, labels]);
}
