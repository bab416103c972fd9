/** Where things are inside a pod. */
export const podLayout = {
  data: '/data',
  /** The archive that the history container serves. */
  history: '/data/history',
  /** The folder in it with the state of the node, where that was saved. */
  savedState: '/data/history/ssc-state',
  savedStateFile: 'ssc-state.tar',
  config: '/cfg',
  /** The file that says which data are prepared. */
  dataIdFile: '/data/ssc-data-id',
  /** What the start-up probe read last. */
  bootInfoFile: '/data/ssc-boot-info',
  historyConfig: '/etc/ssc-history',
  postgres: '/data/postgres',
  postgresSecret: '/etc/ssc-postgres',
} as const;

/** The port that the exporter listens on (stellar-core-prometheus-exporter's default). */
export const exporterPort = 9473;

/** stellar-core's own ports (src/main/Config.cpp). */
export const corePorts = { peer: 11_625, http: 11_626 } as const;

/** Names of containers. */
export const containerNames = {
  core: 'stellar-core',
  prepare: 'prepare',
  history: 'history',
  postgres: 'postgres',
  databases: 'databases',
  exporter: 'exporter',
  delay: 'network-delay',
  job: 'job',
} as const;

/** Where the state that a node saved is, below the URL of its archive. */
export const savedStateUrl = (historyUrl: string): string =>
  `${historyUrl}${podLayout.savedState.slice(podLayout.history.length)}/${podLayout.savedStateFile}`;

/** The port that history is served on where nothing else is said. */
export const historyPort = 8080;

/** The port of the same server on which the data folder is, with the files of the node's tables. */
export const tablesPort = 8081;

/** The variable that holds the pod's name. */
export const podNameVariable = 'POD_NAME';
/** The variable that holds the data id which the pod is to have. */
export const dataIdVariable = 'DATA_ID';
