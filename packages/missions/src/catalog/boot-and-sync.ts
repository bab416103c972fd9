import { defineMission } from '../define.ts';

/** The least that a build must do: start, agree, and upgrade. */
export const bootAndSync = defineMission('BootAndSync', {
  summary: 'Three validators start, agree on ledgers, and upgrade to the latest protocol.',
  doc: `Waits until every node says that it is in sync, closes ledgers and has a quorum that agrees; arms the upgrade on all of them, and looks at the protocol of each.`,
  expectedDuration: '1m',

  network: {
    core: { nodes: 3 },
  },

  async run({ core }, { phase }) {
    await phase('sync', () => core.waitUntilSynced({ within: '2m' }), { repeatable: true });

    await phase(
      'upgrade to the latest protocol',
      async () => {
        const protocol = await core.supportedProtocol();
        await core.upgrade({ protocol });
        await core.expectProtocol(protocol);
        return { protocol };
      },
      { repeatable: true },
    );
  },
});
