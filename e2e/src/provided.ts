import type { NoCluster, TestEntry } from './cluster.ts';
import type { TestImages } from './images.ts';

declare module 'vitest' {
  /** What the set-up of a test run hands to its tests. */
  export interface ProvidedContext {
    readonly cluster:
      | NoCluster
      | {
          readonly kubeconfig: string;
          /** The program that speaks to it. */
          readonly kubectl: string;
          readonly images: TestImages | undefined;
          readonly entry: TestEntry | undefined;
          /** The very Kubernetes that kube-local is modelled on: 1.33 with machines on which nothing runs. */
          readonly isModel: boolean;
        };
    readonly tallyFile: string;
  }
}
