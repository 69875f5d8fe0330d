// Runs a program of dist/cli in this process, and reports its peak memory at the end:
// peak-memory.mjs main.js plan …
process.on('exit', () => {
  console.error(`peak memory ${process.resourceUsage().maxRSS} KiB`);
});
const [program] = process.argv.splice(2, 1);
await import(`../dist/cli/${program}`);
