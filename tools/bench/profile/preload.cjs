'use strict';
/**
 * Loaded first into a Node process: on SIGUSR2 it begins a CPU profile, which is written when the process exits.
 * (--cpu-prof cannot be given by NODE_OPTIONS, and would count the start.)
 */
const { writeFileSync } = require('node:fs');
const { Session } = require('node:inspector');
const { join } = require('node:path');

const folder = process.env.BATON_BENCH_PROFILES;

process.once('SIGUSR2', () => {
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.setSamplingInterval', { interval: 500 });
  session.post('Profiler.start');
  process.once('exit', () => {
    // In the same process the answer comes before `post` returns.
    session.post('Profiler.stop', (error, answer) => {
      if (!error) writeFileSync(join(folder, `${process.pid}.cpuprofile`), JSON.stringify(answer.profile));
    });
  });
});
