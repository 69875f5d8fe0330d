// Runs topo in this process, and says at the end how much memory it took at most.
process.on('exit', () => {
  console.error(`peak memory ${process.resourceUsage().maxRSS} KiB`);
});
await import('../dist/cli/main.js');
