import type { Clock } from '@ssc/clock';
import type { Container } from '../types/pod.ts';
import { nextBackoffMs } from './backoff.ts';
import { findImage, fullImageName, type ImagePrograms, isImageName } from './images.ts';
import type { NodeAgent } from './node-agent.ts';

/** Whom a pull tells what becomes of it. */
export interface PullListener {
  tell(type: 'Normal' | 'Warning', reason: string, message: string): void;
  showWaiting(reason: string, message?: string): void;
}

/** Why an image is not on its node, as its container shows it. */
interface PullError {
  readonly reason: 'InvalidImageName' | 'ErrImageNeverPull' | 'ErrImagePull';
  readonly message: string;
}

/** Brings the image of one container to its node, as often as it is needed. */
export class ImagePull {
  readonly #agent: NodeAgent;
  readonly #container: Container;
  readonly #listener: PullListener;
  #backoffMs: number | undefined;

  constructor(agent: NodeAgent, container: Container, listener: PullListener) {
    this.#agent = agent;
    this.#container = container;
    this.#listener = listener;
  }

  /** Tries until the image is on the node. Resolves with its programs. */
  async run(clock: Clock): Promise<ImagePrograms> {
    const { image: name, imagePullPolicy } = this.#container;
    for (;;) {
      const image = findImage(this.#agent.images, name);
      const isHere = this.#agent.pulled.has(name);
      if (isHere && image !== undefined && imagePullPolicy !== 'Always') {
        const message = `Container image "${name}" already present on machine`;
        this.#listener.tell('Normal', 'Pulled', message);
        return image;
      }
      const error = refusalOf(this.#container, isHere) ?? (await this.#pull(clock, image, isHere));
      if (error !== undefined) await this.#waitAfter(clock, error);
      else if (image !== undefined) return image;
    }
  }

  /** Asks the registry once. What no registry has is an error. */
  async #pull(
    clock: Clock,
    image: ImagePrograms | undefined,
    isHere: boolean,
  ): Promise<PullError | undefined> {
    const { image: name } = this.#container;
    this.#listener.tell('Normal', 'Pulling', `Pulling image "${name}"`);
    const fault = this.#agent.pullFault(name);
    // What the node has already costs only a question to the registry.
    const ms = (isHere ? 50 : (image?.pullMs ?? this.#agent.pace.pullMs)) + fault.extraMs;
    await clock.sleep(ms);
    const message = fault.error ?? (image === undefined ? notFound(name) : undefined);
    if (message !== undefined) return { reason: 'ErrImagePull', message };
    this.#agent.pulled.add(name);
    this.#backoffMs = undefined;
    const took = ms < 1000 ? `${ms}ms` : `${ms / 1000}s`;
    this.#listener.tell(
      'Normal',
      'Pulled',
      `Successfully pulled image "${name}" in ${took} (${took} including waiting). Image size: 1 bytes.`,
    );
    return undefined;
  }

  /** Shows and tells what is wrong, and waits until it is time to try again. */
  async #waitAfter(clock: Clock, { reason, message }: PullError): Promise<void> {
    const { tell, showWaiting } = this.#listener;
    showWaiting(reason, message);
    if (reason === 'ErrImagePull') {
      const failed = `Failed to pull image "${this.#container.image}": ${message}`;
      tell('Warning', 'Failed', failed);
      tell('Warning', 'Failed', `Error: ${reason}`);
      await this.#backOff(clock, message);
      return;
    }
    tell('Warning', reason === 'InvalidImageName' ? 'InspectFailed' : reason, message);
    tell('Warning', 'Failed', `Error: ${reason}`);
    await clock.sleep(10_000);
  }

  async #backOff(clock: Clock, message: string): Promise<void> {
    const { tell, showWaiting } = this.#listener;
    this.#backoffMs = nextBackoffMs(this.#backoffMs);
    // The kubelet looks at the pod again a moment after the failure, and then finds it backing off.
    await clock.sleep(1000);
    const what = `Back-off pulling image "${this.#container.image}"`;
    tell('Normal', 'BackOff', what);
    tell('Warning', 'Failed', 'Error: ImagePullBackOff');
    showWaiting('ImagePullBackOff', `${what}: ErrImagePull: ${message}`);
    await clock.sleep(this.#backoffMs);
  }
}

/** Why the registry is not even asked. */
function refusalOf(
  { image: name, imagePullPolicy }: Container,
  isHere: boolean,
): PullError | undefined {
  if (!isImageName(name))
    return {
      reason: 'InvalidImageName',
      message: `Failed to apply default image tag "${name}": couldn't parse image name "${name}": invalid reference format`,
    };
  if (imagePullPolicy === 'Never' && !isHere)
    return {
      reason: 'ErrImageNeverPull',
      message: `Container image "${name}" is not present with pull policy of Never`,
    };
  return undefined;
}

function notFound(name: string): string {
  const full = fullImageName(name);
  return `rpc error: code = NotFound desc = failed to pull and unpack image "${full}": failed to resolve reference "${full}": ${full}: not found`;
}
