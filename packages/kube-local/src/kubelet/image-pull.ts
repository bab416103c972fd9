import type { Clock } from '@ssc/clock';
import type { Container } from '../types/pod.ts';
import { nextBackoffMs } from './backoff.ts';
import { findImage, fullImageName, type ImagePrograms, isImageName } from './images.ts';
import type { NodeAgent } from './node-agent.ts';

/** Brings the image of one container to its node: gives what pulls it, as often as it is needed. */
export function createImagePull(
  agent: NodeAgent,
  container: Container,
  {
    tell,
    showWaiting,
  }: {
    tell(type: 'Normal' | 'Warning', reason: string, message: string): void;
    showWaiting(reason: string, message?: string): void;
  },
): (clock: Clock) => Promise<ImagePrograms> {
  let backoffMs: number | undefined;

  /** Until the image is on the node. Resolves with its programs. */
  async function pull(clock: Clock): Promise<ImagePrograms> {
    for (;;) {
      const image = findImage(agent.images, container.image);
      const isHere = agent.pulled.has(container.image);
      if (isHere && image !== undefined && container.imagePullPolicy !== 'Always') {
        tell('Normal', 'Pulled', `Container image "${container.image}" already present on machine`);
        return image;
      }
      const error = await tryPull(clock, image, isHere);
      if (error === undefined && image !== undefined) return image;
      showWaiting(error?.reason ?? '', error?.message);
      if (error?.reason === 'ErrImagePull') {
        tell('Warning', 'Failed', `Failed to pull image "${container.image}": ${error.message}`);
        tell('Warning', 'Failed', 'Error: ErrImagePull');
        await backOffPull(clock, error.message);
      } else {
        tell(
          'Warning',
          error?.reason === 'InvalidImageName' ? 'InspectFailed' : 'ErrImageNeverPull',
          error?.message ?? '',
        );
        tell('Warning', 'Failed', `Error: ${error?.reason}`);
        await clock.sleep(10_000);
      }
    }
  }

  async function tryPull(
    clock: Clock,
    image: ImagePrograms | undefined,
    isHere: boolean,
  ): Promise<{ reason: string; message: string } | undefined> {
    const name = container.image;
    if (!isImageName(name))
      return {
        reason: 'InvalidImageName',
        message: `Failed to apply default image tag "${name}": couldn't parse image name "${name}": invalid reference format`,
      };
    if (container.imagePullPolicy === 'Never' && !isHere)
      return {
        reason: 'ErrImageNeverPull',
        message: `Container image "${name}" is not present with pull policy of Never`,
      };
    tell('Normal', 'Pulling', `Pulling image "${name}"`);
    const fault = agent.pullFault(name);
    // What the node has already costs only a question to the registry.
    const ms = (isHere ? 50 : (image?.pullMs ?? agent.pace.pullMs)) + fault.extraMs;
    await clock.sleep(ms);
    if (fault.error !== undefined) return { reason: 'ErrImagePull', message: fault.error };
    if (image === undefined) {
      const full = fullImageName(name);
      return {
        reason: 'ErrImagePull',
        message: `rpc error: code = NotFound desc = failed to pull and unpack image "${full}": failed to resolve reference "${full}": ${full}: not found`,
      };
    }
    agent.pulled.add(name);
    backoffMs = undefined;
    const took = ms < 1000 ? `${ms}ms` : `${ms / 1000}s`;
    tell(
      'Normal',
      'Pulled',
      `Successfully pulled image "${name}" in ${took} (${took} including waiting). Image size: 1 bytes.`,
    );
    return undefined;
  }

  async function backOffPull(clock: Clock, message: string): Promise<void> {
    backoffMs = nextBackoffMs(backoffMs);
    // The kubelet looks at the pod again a moment after the failure, and then finds it backing off.
    await clock.sleep(1000);
    tell('Normal', 'BackOff', `Back-off pulling image "${container.image}"`);
    tell('Warning', 'Failed', 'Error: ImagePullBackOff');
    showWaiting(
      'ImagePullBackOff',
      `Back-off pulling image "${container.image}": ErrImagePull: ${message}`,
    );
    await clock.sleep(backoffMs);
  }

  return pull;
}
