import { catalog, flagOf } from '@ssc/missions';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { commands } from '../src/commands.ts';
import { main } from '../src/main.ts';
import { renderOptionPage } from '../src/options/option-page.ts';
import { variableOf, variableOfParam } from '../src/options/option-row.ts';
import { list } from '../src/options/option-type.ts';
import { splitWords } from '../src/options/split-words.ts';
import { allOptions } from '../src/options/table.ts';
import { createFakeHost } from './fake-host.ts';
import { inputOf } from './input.ts';

/** A host in an environment, with an ssc.toml in the folder above. */
const hostWith = (env: Record<string, string> = {}, toml?: string) =>
  createFakeHost(env, {
    findUp: async (name) =>
      toml === undefined || name !== 'ssc.toml' ? undefined : { path: '../ssc.toml', text: toml },
  });

/** A command line that is refused; gives what is said. */
async function refused(
  words: readonly string[],
  env: Record<string, string> = {},
  toml?: string,
): Promise<string> {
  const host = hostWith(env, toml);
  expect(await main(words, host)).toBe(2);
  expect([host.printed(), host.files.size]).toEqual(['', 0]);
  return host.complained();
}

describe('precedence', () => {
  const toml =
    'provider = "native"\nparallel = 2\nrepeat = 3\nkeep = true\n[missions.SimplePayment]\namount = "25 XLM"\nbalance = "500 XLM"\n';

  test('flag before environment before ssc.toml before default, and --show-config says which', async () => {
    const host = hostWith(
      { SSC_PARALLEL: '4', SSC_REPEAT: '', SSC_SIMPLE_PAYMENT_BALANCE: '700 XLM' },
      toml,
    );
    const words = ['mission', 'SimplePayment', '--parallel', '8', '--no-keep', '--show-config'];
    expect(await main(words, host)).toBe(0);
    expect(host.printed()).toMatchInlineSnapshot(`
      "--provider               native                                           ../ssc.toml:1:1
      --kubeconfig             -                                                default: $KUBECONFIG, ~/.kube/config, or the pod’s own
      --context                -                                                default: its current one
      --namespace              -                                                default: that of the context
      --access                 -                                                default: auto; proxy where nodes are simulated
      --ingress-class          -                                                default: the cluster’s default
      --ingress-rewrite        nginx                                            default
      --ingress-annotation     -                                                default: those of --ingress-rewrite
      --gateway                -                                                default
      --ingress-host           -                                                default: any
      --ingress-domain         -                                                default
      --ingress-address        -                                                default: the host name
      --ingress-port           -                                                default: 80, or 443 with https
      --ingress-scheme         http                                             default
      --core-binary            -                                                default
      --old-core-binary        -                                                default
      --image                  -                                                default
      --old-image              -                                                default
      --history-image          nginx                                            default
      --seed                   -                                                default: drawn and printed
      --resources              -                                                default: what the mission says, else small
      --core-cpu               -                                                default
      --core-memory            -                                                default
      --core-disk              -                                                default
      --core-user              -                                                default: 10001
      --data                   -                                                default: disk; claims where a mission keeps data
      --data-size              -                                                default: no limit; 1Gi of a claim
      --storage-class          -                                                default: that of the cluster
      --claim-retention        -                                                default: kept
      --database               -                                                default: what the mission says, else sqlite
      --postgres-image         postgres:17                                      default
      --postgres-cpu           -                                                default: 1
      --postgres-memory        -                                                default: 1Gi
      --postgres-user          -                                                default: 999, as on Debian
      --export-metrics         false                                            default
      --exporter-image         stellar/stellar-core-prometheus-exporter:latest  default
      --netdelay-image         stellar/sdf-netdelay:latest                      default
      --network-delay          -                                                default
      --require-node-labels    -                                                default
      --avoid-node-labels      -                                                default
      --tolerate-node-taints   -                                                default
      --dedicated-nodes        false                                            default
      --uneven-sched           false                                            default
      --image-pull-policy      -                                                default: IfNotPresent
      --image-pull-secrets     -                                                default
      --fit-quota              false                                            default
      --concurrent-missions    1                                                default
      --parallel               8                                                --parallel
      --repeat                 3                                                ../ssc.toml:3:1
      --retry-broken           0                                                default
      --timeout                -                                                default
      --keep                   false                                            --no-keep
      --keep-for               -                                                default
      --destination            ssc-runs                                         default
      --json                   false                                            default
      --config                 -                                                default: ssc.toml of this folder, else of the nearest one above
      --show-config            true                                             --show-config
      SimplePayment --balance  700 XLM                                          SSC_SIMPLE_PAYMENT_BALANCE
      SimplePayment --amount   25 XLM                                           ../ssc.toml:6:1
      "
    `);
    expect(host.files.size).toBe(0);
  });

  test('each gives the value with its type', async () => {
    const ask = async (words: readonly string[], env: Record<string, string>, file?: string) =>
      (await inputOf('mission', ['SimplePayment', ...words], hostWith(env, file))).options;
    expect((await ask([], {})).parallel).toBe(1);
    expect((await ask([], {}, toml)).parallel).toBe(2);
    expect((await ask([], { SSC_PARALLEL: '4' }, toml)).parallel).toBe(4);
    expect((await ask(['--parallel=8'], { SSC_PARALLEL: '4' }, toml)).parallel).toBe(8);
    expect((await ask([], {}, toml)).keep).toBe(true);
    expect((await ask([], { SSC_KEEP: 'false' }, toml)).keep).toBe(false);
    expect((await ask(['--no-keep'], { SSC_KEEP: 'true' }, toml)).keep).toBe(false);
  });

  test('a parameter in ssc.toml is for its mission alone, a flag for all that have it', async () => {
    const read = async (...words: readonly string[]) => {
      const input = await inputOf('mission', ['SimplePayment', 'LoadGeneration', ...words], {
        ...hostWith({}, '[missions.LoadGeneration]\ntx-rate = 5\n'),
      });
      return [...input.params].map(([key, { text, place }]) => `${key} ${text} ${place}`);
    };
    expect(await read('--amount', '3 XLM')).toEqual([
      'SimplePayment amount 3 XLM --amount',
      'LoadGeneration txRate 5 ../ssc.toml:2:1',
    ]);
  });

  test('the secret of a seed is not shown', async () => {
    const seed = 'SBGWSG6BTNCKCOB3DIFBGCVMUPQFYPA2G4O34RMTB343OYPXU5DJDVMN';
    const host = hostWith({ SSC_SEED: seed });
    await main(['rehearse', 'SimplePayment', '--show-config'], host);
    expect(host.printed()).toContain('--seed');
    expect(host.printed()).not.toContain(seed);
  });
});

describe('values are never guessed into other types', () => {
  test.each(['007', '23.0', '1e3', '0x10', '-5', '22222222222222222222222', 'true', ' x '])(
    '%j stays a text',
    async (text) => {
      const { options } = await inputOf('mission', ['SimplePayment', '--image', text], hostWith());
      expect(options.image).toBe(text);
      const env = await inputOf('mission', ['SimplePayment'], hostWith({ SSC_IMAGE: text }));
      expect(env.options.image).toBe(text);
    },
  );

  test('any text comes through: by flag, by environment, by ssc.toml', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 1 }), async (text) => {
        const toml = `image = ${JSON.stringify(text).replaceAll('\u007f', '\\u007F')}`;
        for (const [words, host] of [
          [[`--image=${text}`], hostWith()],
          [[], hostWith({ SSC_IMAGE: text })],
          [[], hostWith({}, toml)],
        ] as const) {
          const { options } = await inputOf('mission', ['SimplePayment', ...words], host);
          expect(options.image).toBe(text);
        }
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  test('ssc.toml: what is written as another kind of value is refused with its place', async () => {
    expect(
      await refused(
        ['mission', 'SimplePayment'],
        {},
        'image = 23.0 # a tag\nseed = 7\nparallel = "2"\nrepeat = 1.0\nkeep = "yes"\nnamespace = ["a"]\n[missions.SimplePayment]\namount = 10\n[missions.LoadGeneration]\ntxs = "9"\n',
      ),
    ).toMatchInlineSnapshot(`
      "✖ SSC_USAGE_SETTINGS  8 settings of ../ssc.toml cannot be used; nothing was started
        ../ssc.toml:1:1     image must be a text: put it in quotes, "23.0"
        ../ssc.toml:2:1     seed must be a text: put it in quotes, "7"
        ../ssc.toml:3:1     parallel must be a whole number without quotes; got "2"
        ../ssc.toml:4:1     repeat must be a whole number without quotes; got 1.0
        ../ssc.toml:5:1     keep must be true or false without quotes; got "yes"
        ../ssc.toml:6:1     namespace must be a text: got ["a"]
        ../ssc.toml:8:1     amount must be a text: put it in quotes, "10"
        ../ssc.toml:10:1    txs must be a whole number without quotes; got "9"
        docs/options.md has every key.
      "
    `);
  });
});

describe('what nobody reads is refused by name', () => {
  test('ssc.toml: unknown keys, missions and parameters, with their places', async () => {
    expect(
      await refused(
        ['runs'],
        {},
        'namespce = "a"\nforce = true\n\n[missions.SimplePaymnt]\namount = "1 XLM"\n[missions.SimplePayment]\namuont = "1 XLM"\ntx-rate = 1\n',
      ),
    ).toMatchInlineSnapshot(`
      "✖ SSC_USAGE_SETTINGS  5 settings of ../ssc.toml cannot be used; nothing was started
        ../ssc.toml:1:1    there is no key "namespce"; did you mean "namespace"?
        ../ssc.toml:2:1    force is for the command line alone: --force
        ../ssc.toml:4:1    there is no mission "SimplePaymnt"; did you mean "SimplePayment"?
        ../ssc.toml:7:1    there is no key "amuont"; did you mean "amount"?
        ../ssc.toml:8:1    there is no key "tx-rate"
        docs/options.md has every key.
      "
    `);
  });

  test('ssc.toml that is no TOML, or is not there', async () => {
    expect(await refused(['runs'], {}, 'namespace = \n')).toMatchInlineSnapshot(`
      "✖ SSC_USAGE_SETTINGS  ../ssc.toml is no TOML; nothing was started
        ../ssc.toml:1:13    invalid value
      "
    `);
    expect(await refused(['runs', '--config', 'none.toml'])).toMatchInlineSnapshot(`
      "✖ SSC_USAGE_SETTINGS  the settings none.toml cannot be read
        because  ENOENT: none.toml
      "
    `);
  });

  test('an option of another command, and a parameter of another mission', async () => {
    expect(
      await refused(['runs', '--image', 'x', '--amount', '1 XLM', '-k', 'file']),
    ).toMatchInlineSnapshot(`
      "✖ SSC_USAGE_OPTIONS  2 options cannot be used; nothing was started
        --image     is not an option of ssc runs
        --amount    unknown option
      "
    `);
    expect(await refused(['mission', 'BootAndSync', '--amount', '1 XLM'])).toMatchInlineSnapshot(`
      "✖ SSC_USAGE_OPTIONS  one option cannot be used; nothing was started
        --amount    is read by none of the missions named: BootAndSync
      "
    `);
  });

  test('the same option twice by two names', async () => {
    expect(await refused(['runs', '-k', 'a', '--kubeconfig', 'b'])).toMatchInlineSnapshot(`
      "✖ SSC_USAGE_OPTIONS  one option cannot be used; nothing was started
        --kubeconfig    is given beside -k, which is the same option
      "
    `);
  });

  test('a variable that is nearly one of ours; those of tests and of services are left alone', async () => {
    expect(await refused(['missions'], { SSC_IMGAE: 'x' })).toMatchInlineSnapshot(`
      "✖ SSC_USAGE_OPTIONS  one option cannot be used; nothing was started
        SSC_IMGAE    is no variable of ssc; did you mean "SSC_IMAGE"?
      "
    `);
    const others = { SSC_E2E_IMAGE: 'x', SSC_IMAGE_SERVICE_HOST: '10.0.0.1', SSC_SOMETHING: '1' };
    expect(await main(['missions'], hostWith(others))).toBe(0);
  });

  test('a value that cannot be used names where it stands', async () => {
    expect(
      await refused(
        ['mission', 'SimplePayment', '--timeout', 'soon'],
        { SSC_PARALLEL: '0', SSC_SIMPLE_PAYMENT_AMOUNT: '3' },
        'retry-broken = 1000000\n',
      ),
    ).toMatchInlineSnapshot(`
      "✖ SSC_USAGE_OPTIONS  4 options cannot be used; nothing was started
        SSC_PARALLEL                 must be a whole number from 1 to 999999; got "0"
        ../ssc.toml:1:1              retry-broken must be a whole number from 0 to 999999; got "1000000"
        --timeout                    must be a number above 0 and a unit, one of ms, s, m, h, such as "30m"; got "soon"
        SSC_SIMPLE_PAYMENT_AMOUNT    must be an amount with its unit, at most 7 decimals, such as "10 XLM"; got "3"
      "
    `);
  });
});

describe('the provider must be named, wherever its settings come from', () => {
  test.each([
    ['the environment', { SSC_NAMESPACE: 'sandbox' }, undefined],
    ['ssc.toml', {}, '\nimage = "stellar/stellar-core:27"\n'],
  ])('%s', async (_title, env, toml) => {
    expect(await refused(['mission', 'SimplePayment'], env, toml)).toMatchSnapshot();
  });

  test('and what another provider reads is left alone there', async () => {
    // A label that no simulated machine has, and an image that is none there.
    const toml =
      'image = "stellar/stellar-core:27"\nnamespace = "sandbox"\nrequire-node-labels = ["no:where"]\n';
    const host = hostWith({ SSC_CORE_BINARY: '/bin/core' }, toml);
    const words = ['mission', 'BootAndSync', '--provider', 'simulated', '--seed', '1'];
    expect(await main(words, host)).toBe(0);
    expect(await main(['rehearse', 'BootAndSync', '--seed', '1'], host)).toBe(0);
    const shown = hostWith({}, toml);
    await main([...words, '--show-config'], shown);
    expect(shown.printed()).toMatch(/--namespace +sandbox +\S+:2:1, not read with --provider sim/u);
  });
});

test('a path in ssc.toml is relative to it, and ~ is the home', async () => {
  const env = { HOME: '/home/ada' };
  const read = async (toml: string, ...words: readonly string[]) =>
    (await inputOf('mission', ['SimplePayment', ...words], hostWith(env, toml))).options;
  expect((await read('kubeconfig = "cluster/config"')).kubeconfig).toBe('../cluster/config');
  expect((await read('kubeconfig = "/etc/config"')).kubeconfig).toBe('/etc/config');
  expect((await read('kubeconfig = "~/.kube/config"')).kubeconfig).toBe('/home/ada/.kube/config');
  expect((await read('', '--kubeconfig=~/k')).kubeconfig).toBe('/home/ada/k');
  expect((await read('', '--kubeconfig', 'k')).kubeconfig).toBe('k');
});

describe('words of a command line', () => {
  const known = [
    { flag: 'seed', takes: 'one' },
    { flag: 'keep', takes: 'nothing' },
    { flag: 'labels', takes: 'many' },
    { flag: 'k', takes: 'one' },
  ] as const;

  test.each([
    ['a --seed 7 b', ['a', 'b'], ['--seed=7']],
    ['--seed --keep', [], ['--seed=', '--keep']],
    ['--seed=--keep', [], ['--seed=--keep']],
    ['--keep a', ['a'], ['--keep']],
    ['--labels a b --keep c', ['c'], ['--labels=a,b', '--keep']],
    ['--labels=a b', ['b'], ['--labels=a']],
    ['-k x -k=y -kz', [], ['-k=x', '-k=y', '-k=z']],
    ['--what x', ['x'], ['--what']],
    ['a -- --seed 1', ['a', '--seed', '1'], []],
  ])('%s', (line, args, given) => {
    const words = splitWords(line.split(' '), known);
    expect(words.args).toEqual(args);
    expect(
      words.given.map(({ typed, text }) => (text === undefined ? typed : `${typed}=${text}`)),
    ).toEqual(given);
  });

  test('whatever is typed comes back as it was typed, behind its option or as an argument', () => {
    const option = fc.record({
      flag: fc.constantFrom('seed', 'k'),
      text: fc.string(),
      isJoined: fc.boolean(),
    });
    const argument = fc.string().filter((text) => !text.startsWith('-') || text === '-');
    fc.assert(
      fc.property(fc.array(fc.oneof(option, argument)), (parts) => {
        const words = parts.flatMap((part) => {
          if (typeof part === 'string') return [part];
          const typed = part.flag === 'k' ? '-k' : `--${part.flag}`;
          return part.isJoined || part.text.startsWith('--')
            ? [`${typed}=${part.text}`]
            : [typed, part.text];
        });
        const { args, given } = splitWords(words, known);
        expect(args).toEqual(parts.filter((part) => typeof part === 'string'));
        for (const flag of ['seed', 'k'])
          expect(given.filter((one) => one.flag === flag).map(({ text }) => text)).toEqual(
            parts.flatMap((part) =>
              typeof part !== 'string' && part.flag === flag ? [part.text] : [],
            ),
          );
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  test('a list is separated by commas', () => {
    const numbers = list('<count,...>', Number);
    expect(numbers.parse('1, 2,3')).toEqual([1, 2, 3]);
  });
});

describe('the table', () => {
  test('has no name twice: flags, aliases, variables, parameters', () => {
    const options = Object.entries(allOptions).flatMap(([name, row]) => [
      flagOf(name),
      ...(('aliases' in row && row.aliases) || []),
    ]);
    expect(new Set(options).size).toBe(options.length);
    const params = Object.values(catalog).flatMap((mission) =>
      Object.keys(mission.params).map((name) => [mission.name, name] as const),
    );
    const clash = params.filter(([, name]) => options.includes(flagOf(name)));
    expect(clash).toEqual([]);
    const variables = [
      ...Object.keys(allOptions).map(variableOf),
      ...params.map(([mission, name]) => variableOfParam(mission, name)),
    ];
    expect(new Set(variables).size).toBe(variables.length);
  });

  test('has every option of every command', () => {
    const used = commands.flatMap(({ options }) => Object.keys(options));
    expect(used.filter((name) => !Object.hasOwn(allOptions, name))).toEqual([]);
  });

  test('docs/options.md is made from it', async () => {
    await expect(renderOptionPage(commands, Object.values(catalog))).toMatchFileSnapshot(
      '../../../docs/options.md',
    );
  });
});
