// This machine's files and network, as a program's own.
export { createHostFiles } from './files.ts';
// Processes that stand in for programs of containers, and what becomes of them.
export {
  createNativeProgram,
  type NativeProgramOptions,
  type ProcessOwner,
} from './native-program.ts';
export { createHostNet } from './net.ts';
// Ports that nobody else has.
export { type PortSearch, portRange, type ReservedPorts, reservePorts } from './ports.ts';
export {
  type BookedProcess,
  endProcesses,
  openProcessBook,
  type ProcessBook,
  signalProcess,
} from './process-book.ts';
export { identifyProcess } from './process-identity.ts';
export { type EndByRefusedPort, runOnHost } from './run-on-host.ts';
export type { ThisSystem } from './this-system.ts';
export { setWatchman, type Watchman } from './watchman.ts';
