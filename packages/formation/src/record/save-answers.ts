import type { CallOptions, CoreClient } from '@ssc/core-http';
import type { Dump, SaveOptions } from '@ssc/data-dump';
import { isSscError } from '@ssc/errors';

/**
 * Saves what a node answers, each question by itself. Reading metrics resets the `.max` of its simple timers.
 *
 * @param heard is told the ids of its peers
 */
export async function saveAnswers(
  dump: Dump,
  client: CoreClient,
  folder: string,
  heard: (peers: readonly string[]) => void,
  how: SaveOptions = {},
): Promise<void> {
  const call: CallOptions = { readWithin: 0, answerWithin: '5s' };
  const questions: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['info', () => client.info(call)],
    ['metrics', async () => (await client.metrics(call)).all],
    [
      'peers',
      async () => {
        const peers = await client.peers(call);
        heard(peers.authenticated.map(({ id }) => id));
        return peers;
      },
    ],
    ['quorum', () => client.quorum(call)],
    ['scp', () => client.scp(call)],
  ];
  await Promise.all(
    questions.map(([name, ask]) =>
      dump.item(`the ${name} of ${client.node}`, async () => {
        try {
          await dump.json(`${folder}/${name}.json`, await ask(), how);
        } catch (error) {
          // A node that runs alone has none of these, which is no loss.
          if (!isSscError(error, 'SSC_CORE_COMMAND_MISSING')) throw error;
        }
      }),
    ),
  );
}
