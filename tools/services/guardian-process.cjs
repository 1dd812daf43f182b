'use strict';
/**
 * The guardian: a small process that starts the private services as its own children and outlives the launcher just
 * long enough to stop them. The IPC channel closes when the launcher ends in any way, kill -9 included. It runs in a
 * session of its own, so a Ctrl-C in the terminal does not reach it or the services before the mesh has drained.
 */
const fs = require('node:fs');
const path = require('node:path');
const { spawn } = require('node:child_process');
const { isAlive, startedAt } = require('../bootstrap/lock-file.cjs');

const GRACE_MS = 15_000;
const LOG_LIMIT_BYTES = 32 * 1024 * 1024;
const children = new Map();
const watched = new Map();

function report(message) {
  if (process.connected) process.send(message, () => undefined);
}

function start(order) {
  if (fs.existsSync(order.log) && fs.statSync(order.log).size > LOG_LIMIT_BYTES)
    fs.renameSync(order.log, `${order.log}.1`);
  const log = fs.openSync(order.log, 'a', 0o600);
  const { cwd, env, uid, gid } = order;
  const child = spawn(order.command, order.args, { cwd, env, uid, gid, detached: true, stdio: ['ignore', log, log] });
  fs.closeSync(log);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('spawn', () => {
      const entry = { child, order, exited: new Promise((gone) => child.once('exit', gone)) };
      children.set(order.name, entry);
      fs.mkdirSync(path.dirname(order.pidFile), { recursive: true });
      const { stopSignal } = order;
      fs.writeFileSync(order.pidFile, JSON.stringify({ pid: child.pid, started: startedAt(child.pid), stopSignal }));
      child.once('exit', (code, signal) => {
        if (children.get(order.name) === entry) children.delete(order.name);
        fs.rmSync(order.pidFile, { force: true });
        report({ event: 'exit', name: order.name, pid: child.pid, code, signal });
      });
      resolve(child.pid);
    });
  });
}

async function end(name, signal) {
  const entry = children.get(name);
  if (!entry) return;
  entry.child.kill(signal || entry.order.stopSignal);
  const hardly = setTimeout(() => entry.child.kill('SIGKILL'), entry.order.stopTimeoutMs);
  await entry.exited;
  clearTimeout(hardly);
}

/** Gives the mesh's own processes time to drain, ends what is left of them, then the services, last started first. */
let ending;
async function endAll() {
  const living = () => [...watched].filter(([pid, started]) => isAlive(pid, started));
  for (const limit = Date.now() + GRACE_MS; living().length > 0 && Date.now() < limit;) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  for (const [pid] of living()) process.kill(pid, 'SIGKILL');
  for (const name of [...children.keys()].reverse()) await end(name);
  process.exit(0);
}
const endOnce = () => (ending = ending || endAll());

const orders = {
  start: (order) => start(order),
  stop: ({ name }) => end(name),
  kill: ({ name }) => end(name, 'SIGKILL'),
  watch: ({ pid }) => void watched.set(pid, startedAt(pid)),
  unwatch: ({ pid }) => void watched.delete(pid),
};

process.on('message', ({ id, verb, order }) => {
  Promise.resolve()
    .then(() => orders[verb](order))
    .then((value) => report({ id, value: value ?? null }))
    .catch((error) => report({ id, error: error.message }));
});
process.once('disconnect', endOnce);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, endOnce);
