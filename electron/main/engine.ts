import { utilityProcess } from 'electron';
import { fileURLToPath } from 'node:url';
import type { EngineProcess } from '../engine/remote.ts';

/** The engine in a utility process of Electron's. */
export function launchEngine(): EngineProcess {
  const child = utilityProcess.fork(fileURLToPath(new URL('./engine.js', import.meta.url)), [], { serviceName: 'Reelbench engine', stdio: 'inherit' });
  return {
    post: (message) => child.postMessage(message),
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void child.once('exit', listener),
    // kill() of a utility process asks politely; an engine in a loop does not listen.
    kill: () => {
      if (child.pid !== undefined) process.kill(child.pid, 'SIGKILL');
    },
  };
}
