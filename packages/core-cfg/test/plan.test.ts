import { expect, test } from 'vitest';
import { parseNodeConfig, planNodes, renderNodeConfig } from '../src/index.ts';

const place = ({ name }: { readonly name: string }) => ({
  peerHost: `${name}.run.svc`,
  dataFolder: '/data',
  historyUrl: `http://${name}.run.svc`,
});

test('three nodes in one set', () => {
  const nodes = planNodes(
    { passphrase: 'Private test network', seed: 'run', sets: { core: { nodes: 3 } } },
    place,
  );
  expect(nodes.map((node) => node.name)).toEqual(['core-0', 'core-1', 'core-2']);
  const [first] = nodes;
  const text = renderNodeConfig(first?.config ?? {});
  expect(text).toMatchInlineSnapshot(`
    "NETWORK_PASSPHRASE = "Private test network"
    DATABASE = "sqlite3:///data/stellar.db"
    BUCKET_DIR_PATH = "/data/buckets"
    LOG_FILE_PATH = ""
    PUBLIC_HTTP_PORT = true
    METADATA_DEBUG_LEDGERS = 0
    INVARIANT_CHECKS = [ "(?!EventsAreConsistentWithEntryDiffs).*" ]
    NTP_DRIFT_CHECK_SERVER = ""
    NODE_SEED = "SDKFKEC3NEPQQ7FTB5POZXBM4BJWUWFRKLZVZRVNMWSRWF72UTQQXLFG core-0"
    NODE_IS_VALIDATOR = true
    FAILURE_SAFETY = 0
    UNSAFE_QUORUM = true
    MAXIMUM_LEDGER_CLOSETIME_DRIFT = 120
    QUORUM_INTERSECTION_CHECKER = false
    TARGET_PEER_CONNECTIONS = 16
    MAX_ADDITIONAL_PEER_CONNECTIONS = 48
    PREFERRED_PEERS = [ "core-1.run.svc", "core-2.run.svc" ]
    CATCHUP_COMPLETE = true
    ARTIFICIALLY_ACCELERATE_TIME_FOR_TESTING = true
    ARTIFICIALLY_GENERATE_LOAD_FOR_TESTING = true

    [QUORUM_SET]
    VALIDATORS = [ "$core-0", "GBEXK3IIFMQJER3CDIUAITOAPWYCEWSPJGP67SW7HCFGHZQUCYJ4RJAV core-1", "GCAALZ745CCUVEPM5FJVG5DKEX2D2DLOSCR5LDQKUBGGR2MU7UPZA2U7 core-2" ]

    [HISTORY.core-1]
    get = "curl -sf http://core-1.run.svc/{0} -o {1}"

    [HISTORY.core-2]
    get = "curl -sf http://core-2.run.svc/{0} -o {1}"

    [HISTORY.local]
    get = "cp /data/history/{0} {1}"
    put = "cp {0} /data/history/{1}"
    mkdir = "mkdir -p /data/history/{0}"
    "
  `);
  expect(parseNodeConfig(text)).toMatchInlineSnapshot(`
    {
      "config": {
        "ARTIFICIALLY_ACCELERATE_TIME_FOR_TESTING": true,
        "ARTIFICIALLY_GENERATE_LOAD_FOR_TESTING": true,
        "BUCKET_DIR_PATH": "/data/buckets",
        "CATCHUP_COMPLETE": true,
        "DATABASE": "sqlite3:///data/stellar.db",
        "FAILURE_SAFETY": 0,
        "HISTORY": {
          "core-1": {
            "get": "curl -sf http://core-1.run.svc/{0} -o {1}",
          },
          "core-2": {
            "get": "curl -sf http://core-2.run.svc/{0} -o {1}",
          },
          "local": {
            "get": "cp /data/history/{0} {1}",
            "mkdir": "mkdir -p /data/history/{0}",
            "put": "cp {0} /data/history/{1}",
          },
        },
        "INVARIANT_CHECKS": [
          "(?!EventsAreConsistentWithEntryDiffs).*",
        ],
        "LOG_FILE_PATH": "",
        "MAXIMUM_LEDGER_CLOSETIME_DRIFT": 120,
        "MAX_ADDITIONAL_PEER_CONNECTIONS": 48,
        "METADATA_DEBUG_LEDGERS": 0,
        "NETWORK_PASSPHRASE": "Private test network",
        "NODE_IS_VALIDATOR": true,
        "NODE_SEED": "SDKFKEC3NEPQQ7FTB5POZXBM4BJWUWFRKLZVZRVNMWSRWF72UTQQXLFG core-0",
        "NTP_DRIFT_CHECK_SERVER": "",
        "PREFERRED_PEERS": [
          "core-1.run.svc",
          "core-2.run.svc",
        ],
        "PUBLIC_HTTP_PORT": true,
        "QUORUM_INTERSECTION_CHECKER": false,
        "QUORUM_SET": {
          "VALIDATORS": [
            "$core-0",
            "GBEXK3IIFMQJER3CDIUAITOAPWYCEWSPJGP67SW7HCFGHZQUCYJ4RJAV core-1",
            "GCAALZ745CCUVEPM5FJVG5DKEX2D2DLOSCR5LDQKUBGGR2MU7UPZA2U7 core-2",
          ],
        },
        "TARGET_PEER_CONNECTIONS": 16,
        "UNSAFE_QUORUM": true,
      },
      "problems": [],
      "publicKey": "GBTVH3STJ6DPQV5EO7BNRG7JUE5R7BIESZFSMZUV3JINVXVTFF4CFLM4",
      "quorumSet": {
        "innerSets": [],
        "threshold": 3,
        "validators": [
          "GBTVH3STJ6DPQV5EO7BNRG7JUE5R7BIESZFSMZUV3JINVXVTFF4CFLM4",
          "GBEXK3IIFMQJER3CDIUAITOAPWYCEWSPJGP67SW7HCFGHZQUCYJ4RJAV",
          "GCAALZ745CCUVEPM5FJVG5DKEX2D2DLOSCR5LDQKUBGGR2MU7UPZA2U7",
        ],
      },
      "stops": [],
    }
  `);
});
