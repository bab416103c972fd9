import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { makeImages, type TestImages } from './images.ts';
import { root } from './root.ts';

/** Where a Kubernetes that starts in seconds stands beside the checkout, on machines that have one. */
const besideFolder = join(root, '../shared/kube');
const statePrefix = 'ssc-e2e-';

/** A cluster that tests may use. */
export interface TestCluster {
  readonly kubeconfig: string;
  /** The program that speaks to it. */
  readonly kubectl: string;
  /** In words, for the closing line. */
  readonly origin: string;
  /** The very Kubernetes that kube-local is modelled on: 1.33 with machines on which nothing runs. */
  readonly isModel: boolean;
  /** Images of nodes, where the cluster has them. */
  readonly images: TestImages | undefined;
  /** Where an ingress controller with the Gateway API listens, where there is one. */
  readonly entry: TestEntry | undefined;
  /** Ends the cluster if these tests started it. */
  close(): void;
}

/** An ingress controller that serves the cluster's default class of Ingresses, and a class of Gateways. */
export interface TestEntry {
  readonly address: string;
  readonly port: number;
  readonly gatewayClass: string;
}

/** What of a cluster can be handed to the processes in which tests run. */
export const toProvided = ({ kubeconfig, kubectl, images, entry, isModel }: TestCluster) => ({
  kubeconfig,
  kubectl,
  images,
  entry,
  isModel,
});

/** Why there is no cluster. */
export interface NoCluster {
  readonly reason: string;
}

/** What the cluster must be able to do. */
export interface ClusterNeeds {
  /** A machine that runs containers; else machines that only say so. */
  readonly runsContainers: boolean;
  /** How many machines that only say so. @default 3 */
  readonly fakeMachines?: number;
}

/**
 * The cluster that SSC_E2E_KUBECONFIG names (with SSC_E2E_IMAGE, SSC_E2E_OLD_IMAGE and SSC_E2E_HISTORY_IMAGE for its nodes), or one that is started
 * here from ../shared/kube, where that stands beside the checkout. One that is there and does not start is an error.
 */
export async function openTestCluster(needs: ClusterNeeds): Promise<TestCluster | NoCluster> {
  const {
    SSC_E2E_KUBECONFIG: kubeconfig,
    SSC_E2E_IMAGE: core,
    SSC_E2E_DRIVER_IMAGE: driver,
  } = process.env;
  if (kubeconfig !== undefined) {
    const history = process.env['SSC_E2E_HISTORY_IMAGE'] ?? 'nginx';
    const old = process.env['SSC_E2E_OLD_IMAGE'];
    return {
      kubeconfig,
      kubectl: 'kubectl',
      origin: 'SSC_E2E_KUBECONFIG',
      isModel: false,
      images:
        core === undefined
          ? undefined
          : {
              core,
              history,
              ...(driver !== undefined && { driver }),
              ...(old !== undefined && { old }),
            },
      entry: entryOf(process.env['SSC_E2E_ENTRY'], process.env['SSC_E2E_GATEWAY_CLASS']),
      close() {},
    };
  }
  if (!existsSync(join(besideFolder, 'up')))
    return { reason: 'SSC_E2E_KUBECONFIG is not set, and ../shared/kube is not there' };
  return startBeside(needs);
}

async function startBeside({
  runsContainers,
  fakeMachines = 3,
}: ClusterNeeds): Promise<TestCluster> {
  removeLeftBehind();
  const state = join(tmpdir(), `${statePrefix}${process.pid}-${runsContainers ? 'real' : 'fake'}`);
  mkdirSync(state);
  const close = (): void => {
    process.off('exit', close);
    stop(state);
  };
  process.on('exit', close);
  try {
    const kind = runsContainers ? ['--real'] : ['--fake', String(fakeMachines)];
    // Without it there are no Ingresses that anybody takes, and no HTTPRoutes at all.
    const said = await start(state, [...kind, '--ingress', '0']);
    const port = /ingress on 127\.0\.0\.1:(\d+)/u.exec(said)?.[1];
    const images = runsContainers ? makeImages(state, besideFolder) : undefined;
    return {
      kubeconfig: join(state, 'kubeconfig'),
      kubectl: join(besideFolder, 'kubectl'),
      origin: '../shared/kube',
      isModel: !runsContainers,
      images,
      entry: entryOf(port === undefined ? undefined : `127.0.0.1:${port}`, 'kubebox'),
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

function entryOf(at: string | undefined, gatewayClass = ''): TestEntry | undefined {
  if (at === undefined) return undefined;
  const colon = at.lastIndexOf(':');
  return { address: at.slice(0, colon), port: Number(at.slice(colon + 1)), gatewayClass };
}

/** Ends clusters of test runs that were killed. */
function removeLeftBehind(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = new RegExp(`^${statePrefix}(\\d+)-`).exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) stop(join(tmpdir(), name));
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

const stop = (state: string): void =>
  void spawnSync(join(besideFolder, 'down'), [state, '--purge'], { stdio: 'ignore' });

const patienceMs = 30_000;

/** Starts it; gives what was said meanwhile. */
function start(state: string, kind: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const up = spawn(join(besideFolder, 'up'), [state, ...kind], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    up.stderr.on('data', (part: Buffer) => {
      said += part.toString();
    });
    const notice = setTimeout(
      () => process.stderr.write('../shared/kube is being built; the first time takes a while\n'),
      patienceMs,
    );
    up.on('error', reject);
    up.on('close', (code) => {
      clearTimeout(notice);
      if (code === 0) resolve(said);
      else
        reject(
          new Error(`../shared/kube/up ended with ${code}, so the real API was not used:\n${said}`),
        );
    });
  });
}
