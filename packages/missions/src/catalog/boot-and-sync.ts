import { defineMission } from '../define.ts';

/** The least that a build must do: start, agree, and upgrade. */
export const bootAndSync = defineMission('BootAndSync', {
  summary: 'Three validators start, agree on ledgers, and upgrade to the latest protocol.',
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
