import { describe, expect, it } from 'vitest';
import { createTestKey, renderKey } from '../../src/keys.ts';
import { BucketList, combinedHash } from '../../src/ledger/bucket-list.ts';
import { createGenesis } from '../../src/ledger/genesis.ts';
import { encodeHeader, hashHeader } from '../../src/ledger/header.ts';
import { networkIdOf } from '../../src/tx/frame.ts';
import { createTxSet } from '../../src/tx/tx-set.ts';

// Computed from the rules of stellar-core; the first two are the known first ledgers of the public networks.
const networks = [
  {
    passphrase: 'Public Global Stellar Network ; September 2015',
    root: 'GAAZI4TCR3TY5OJHCTJC2A4QSY6CJWJH5IAJTGKIN2ER7LBNVKOCCWN7',
    bucket: 'b72bc26d469a3f5079510767e2ea4773e02da574dec72e2f32f5828b79e0af40',
    list: 'c242e5c8e6709720c1f93378d44c11951026b71e1ed9f2e12bc1f4f6d0ba57f9',
    ledger: '39c2a3cd4141b2853e70d84601faa44744660334b48f3228e0309342e3f4eb48',
    accounts: 0,
  },
  {
    passphrase: 'Test SDF Network ; September 2015',
    root: 'GBRPYHIL2CI3FNQ4BXLFMNDLFJUNPU2HY3ZMFSHONUCEOASW7QC7OX2H',
    bucket: 'ef31a20a398ee73ce22275ea8177786bac54656f33dcc4f3fec60d55ddf163d9',
    list: '572a2e32ff248a07b0e70fd1f6d318c1facd20b6cc08c33d5775259868125a16',
    ledger: '63d98f536ee68d1b27b5b89f23af5311b7569a24faf1403ad0b52b633b07be99',
    accounts: 0,
  },
  {
    passphrase: 'Standalone Network ; February 2017',
    root: 'GBZXN7PIRZGNMHGA7MUUUF4GWPY5AYPV6LY4UV2GL6VJGIQRXFDNMADI',
    bucket: '9ee8904645202f0e9e6b4cda6786da45d8d032b6f8761b0014f7681ee2010ac5',
    list: 'b4a3cf25bd1360b12ef831fd1c68d8a536ebfa452574bd82104c38600be585ea',
    ledger: '76df1b9ff762a7a8af1f3c88549fe742e488e80fde561e34b1b6115bdac8d397',
    accounts: 0,
  },
  {
    passphrase: 'Standalone Network ; February 2017',
    root: 'GBZXN7PIRZGNMHGA7MUUUF4GWPY5AYPV6LY4UV2GL6VJGIQRXFDNMADI',
    bucket: '9cf0212c98b83461587efa4c3adf73b29602decbadd82e5e3d332953d1824a77',
    list: 'e337d0d11c4b2f2686ffe2319404621aa64c164d8556619b123c8bcf0c0f10fc',
    ledger: '72ee1e657f6e41e3254dcfee21ca4325bc393cdcf40095a1f2f878e73784ac40',
    accounts: 3,
  },
];

describe('the first ledger', () => {
  it.each(networks)('of "$passphrase" with $accounts test accounts', (network) => {
    const networkId = networkIdOf(network.passphrase);
    const { header, live } = createGenesis(networkId, network.accounts);
    expect(renderKey(createTestKey('root', networkId).id)).toBe(network.root);
    expect(live.levels[0]?.curr.hash).toBe(network.bucket);
    expect(header.bucketListHash).toBe(network.list);
    expect(encodeHeader(header)).toHaveLength(324);
    expect(hashHeader(header)).toBe(network.ledger);
  });
});

describe('the bucket list', () => {
  // Computed by another implementation of the same rules; protocol 0 throughout, or 19 from ledger 2 on.
  const progress: Record<0 | 19, Record<number, string>> = {
    0: {
      2: '722262737b62cc760733b3c3f72ff782f6e56dd05b601676b5922be5075a4025',
      4: 'f687d0ad0f7472bed8b5bbc3d6b28cb4d382cd9741f52f666fa73737ff314082',
      8: '0e8628d0b9c736fa664e92cf941486ae330ca4a43991482a1fe2f9afa914071f',
      16: '39468c67662ae2f8bbb195e2b7a5b42c19e1b2d4ec5c7724e0befb74232aa8cd',
      63: '8e984ba117e279875ac3feb231fe35954b228d2fa4048656917f43269b0fb093',
      64: '86167844ebc89e82d2499167f29900be9f939e03a355f05b25bbecccd958afcd',
      128: '83e075c099b69e04887e56d886dd5c0fcd73569a35fffc162a0e440900fe64b6',
    },
    19: {
      2: '4b88413ad04557e2ddf464d8be78f8c73df934206b0a22d46c79212b8b4b698e',
      4: '53e4a28460eeb08647f9b570a8176dc24ae2178b1d4daebbaf58ccd0122bff28',
      6: 'd5a76c875fa40bb57fe4abc921ab92e70cfff1ffb7c3649a35d7112c5d72f7cc',
      8: '603a8e1ed78b72e919b222eecc2894b6f09b811d6a4516fbb76ddfecfb7d2715',
      16: 'dde8e53940cb8a2d88713195dc8d62b26e5bf1f33448929999c8b75f01c8f6ba',
      31: 'dde8e53940cb8a2d88713195dc8d62b26e5bf1f33448929999c8b75f01c8f6ba',
      63: '2b20722542c712b525849204618bd7d3c0c86057c384c77fb8dac86410b21853',
      64: '88407af7c3af617f1b0af4ade70500a68f597bd760920b0980e64f0a57516a37',
      128: '34b3a5a8cd097b96122c1d64ed6037a808dd7819f401e7d9834eac1f4cb35a0b',
    },
  };

  it.each([0, 19] as const)('has the known hashes at protocol %i', (protocol) => {
    const { live } = createGenesis(networkIdOf('Standalone Network ; February 2017'), 0);
    for (let seq = 2; seq <= 128; seq++) {
      live.add(seq, protocol, []);
      const known = progress[protocol][seq];
      if (known !== undefined) expect([seq, live.hash()]).toEqual([seq, known]);
    }
  });

  it('is hashed together with the hot archive from protocol 23 on', () => {
    const empty = 'fe05118472ded163eec364dac2e960ba8ac910689c88cead24b394962b13a1e6';
    const [live, hot] = [new BucketList('live'), new BucketList('hot')];
    expect(combinedHash(22, live, hot)).toBe(empty);
    hot.add(2, 23, []);
    expect(hot.levels[0]?.curr.hash).toBe(
      'd3ca223ced12b53fe2ff5f209bd9bda7fe2468dac3696f2bf76432f3fa0f7385',
    );
    live.add(2, 23, []);
    expect(live.levels[0]?.curr.hash).toBe(
      '8475245632bdc490ef81f9204d51cb1642015118c430fab2895f53ccc003ff8c',
    );
    expect(combinedHash(23, live, hot)).not.toBe(combinedHash(22, live, hot));
  });
});

describe('an empty transaction set', () => {
  const previous = '63d98f536ee68d1b27b5b89f23af5311b7569a24faf1403ad0b52b633b07be99';
  it.each([
    [0, 'b99447afd51d5ca6d32a27257ce8f2ef661914952424f55c293e61b6fa2b9b54'],
    [19, 'b99447afd51d5ca6d32a27257ce8f2ef661914952424f55c293e61b6fa2b9b54'],
    [20, '1aa3c7cf16abfcee84d2abde998f52cbb0dcc63e70c85b004b03319d52b7afe5'],
    [23, '2a2965ec10e27911d07801ae40ce8cb78168ecef50628a9528d9d9a9ef734a2d'],
  ])('after a ledger of protocol %i', (protocol, hash) => {
    expect(createTxSet(previous, protocol, [], 100n).hash).toBe(hash);
  });
});
