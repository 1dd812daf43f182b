// Starts the probe agent as a host does, its output in a pipe of this process, and lives until it is killed.
const { spawn } = require('node:child_process');
const agent = spawn(process.execPath, ['-r', '@swc-node/register', 'apps/probe-agent/src/main.ts'], {
  stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
});
agent.stdout.resume();
agent.stderr.resume();
