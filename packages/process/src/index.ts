// What a program is, and how one is started.

// Its files.
export {
  FileError,
  type FileErrorCode,
  type FileInfo,
  type Files,
  readText,
  resolvePath,
} from './files.ts';
export { type Mount, mountFiles } from './mount-files.ts';
// Its network.
export {
  bodyOf,
  type Connection,
  type HttpHandler,
  type HttpRequest,
  type HttpResponse,
  type Listener,
  type Net,
  NetError,
  type NetErrorCode,
  type PortRefusal,
  textResponse,
} from './net.ts';
export type { ExecResult, ProcessContext, Program, Programs, Signal } from './program.ts';
export {
  createSimNetwork,
  type SimHost,
  type SimNetwork,
  type SimNetworkOptions,
} from './sim-network.ts';
export { type RunningProgram, type StartOptions, startProgram } from './start-program.ts';
export { createVolume, type Volume } from './volume.ts';
