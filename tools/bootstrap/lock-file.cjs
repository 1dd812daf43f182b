'use strict';
/**
 * A lock that dies with its owner: a file naming a process. Plain CommonJS without dependencies, because the
 * bootstrap needs it before anything is installed.
 */
const fs = require('node:fs');
const path = require('node:path');

/** When a process started, in kernel ticks; null where /proc is not there. Tells a reused pid from the owner. */
function startedAt(pid) {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? 'zombie' : fields[19];
  } catch {
    return null;
  }
}

/** Whether the process with this pid runs; with `started` (from an earlier look) also that it is still the same one. */
function isAlive(pid, started) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code !== 'EPERM') return false;
  }
  const now = startedAt(pid);
  if (now === 'zombie') return false;
  return started === undefined || started === null || now === null || now === started;
}

function read(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    if (error instanceof SyntaxError) return { pid: 0, started: null };
    throw error;
  }
}

/** Moves a dead owner's lock away; puts it back when a living process took the place in the meantime. */
function removeStale(file, dead) {
  const aside = `${file}.${process.pid}.stale`;
  try {
    fs.renameSync(file, aside);
  } catch (error) {
    if (error.code === 'ENOENT') return;
    throw error;
  }
  const moved = read(aside);
  if (moved && (moved.pid !== dead.pid || moved.started !== dead.started)) {
    try {
      fs.linkSync(aside, file);
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
  }
  fs.rmSync(aside, { force: true });
}

/** Takes the lock at once or names the living process that has it: `{ release }` or `{ heldBy: pid }`. */
function tryLock(file) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const own = { pid: process.pid, started: startedAt(process.pid) };
  const draft = `${file}.${process.pid}.draft`;
  fs.writeFileSync(draft, JSON.stringify(own));
  try {
    for (;;) {
      try {
        fs.linkSync(draft, file);
        return { release: () => fs.rmSync(file, { force: true }) };
      } catch (error) {
        if (error.code !== 'EEXIST') throw error;
      }
      const owner = read(file);
      if (!owner) continue;
      if (owner.pid > 0 && isAlive(owner.pid, owner.started)) return { heldBy: owner.pid };
      removeStale(file, owner);
    }
  } finally {
    fs.rmSync(draft, { force: true });
  }
}

/** Waits for the lock; calls `onWait(pid)` once when another living process has it. */
async function lock(file, onWait) {
  for (let told = false; ;) {
    const got = tryLock(file);
    if (got.release) return got.release;
    if (!told && onWait) onWait(got.heldBy);
    told = true;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

module.exports = { isAlive, startedAt, tryLock, lock };
