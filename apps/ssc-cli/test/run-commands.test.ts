import { endpointNames } from '@ssc/core-http';
import { describe, expect, test } from 'vitest';
import { http } from '../src/commands/http.ts';
import { logs } from '../src/commands/logs.ts';
import { runs } from '../src/commands/runs.ts';
import { stop } from '../src/commands/stop.ts';
import { inputOf } from './input.ts';
import { type Typed, withKeptRun } from './kept-run.ts';

const typed = {
  runs: async (words, host, open) => runs(await inputOf('runs', words, host), host, open),
  logs: async (words, host, open) => logs(await inputOf('logs', words, host), host, open),
  http: async (words, host, open) => http(await inputOf('http', words, host), host, open),
  stop: async (words, host, open) => stop(await inputOf('stop', words, host), host, open),
} satisfies Record<string, Typed>;

describe('ssc logs', async () => {
  const { run, type, provider, signal, atNextList } = await withKeptRun(typed);

  test('of one node, as it is', async () => {
    const text = await type('logs', run, 'core-1');
    expect(text).toMatch(/^0\n\S.*\n/u);
    expect(text).toContain('This is core-sim');
    expect(await type('logs', run, `${run}-core-1`)).toBe(text);
  });

  test('of all nodes, with the node before each line', async () => {
    const lines = (await type('logs', run)).trimEnd().split('\n').slice(1);
    expect(new Set(lines.map((line) => line.slice(0, 8)))).toEqual(
      new Set(['core-0  ', 'core-1  ', 'core-2  ']),
    );
  });

  test('of another container', async () => {
    expect(await type('logs', run, 'core-0', '--container', 'prepare')).toMatch(/^0\n/u);
    expect(await type('logs', run, 'core-0', '--container', 'histroy')).toMatchInlineSnapshot(`
      "2
      ✖ SSC_CONTAINER_UNKNOWN  core-0 has no container "histroy"; did you mean "history"?
        Containers    prepare, stellar-core, history"
    `);
  });

  test('what is not there is refused with what there is', async () => {
    expect((await type('logs', run, 'core-9')).replaceAll(run, 'RUN')).toMatchInlineSnapshot(`
      "2
      ✖ SSC_NODE_UNKNOWN  run RUN has no node "core-9"
        Nodes           core-0, core-1, core-2
        Did you mean    core-0"
    `);
    expect(await type('logs', 'ssc-00000f')).toMatchInlineSnapshot(`
      "2
      ✖ SSC_RUN_UNKNOWN  namespace default has no pod of a run "ssc-00000f"
        Those there are: ssc runs."
    `);
    expect(await type('logs', 'SimplePayment')).toMatchInlineSnapshot(`
      "2
      ✖ SSC_RUN_NAME  "SimplePayment" is not the name of a run
        A run is named "ssc-" and six hexadecimal digits, such as ssc-1a2b3c."
    `);
    expect(await type('logs')).toMatchInlineSnapshot(`
      "2
      ✖ SSC_USAGE_ARGUMENT  logs takes a run and, to see one alone, a node
        For example: ssc logs ssc-1a2b3c core-0. All runs: ssc runs."
    `);
    expect(await type('logs', run, 'core-0', '--follow', '--previous')).toMatchInlineSnapshot(`
      "2
      ✖ SSC_USAGE_OPTIONS  one option cannot be used
        --previous    is the log of a container that has ended, which does not --follow on"
    `);
    expect(await type('logs', run, 'core-0', '--previous')).toMatchInlineSnapshot(`
      "2
      ✖ SSC_LOG_NO_PREVIOUS  container stellar-core of core-0 has not begun again, so there is no log from before"
    `);
    expect((await type('logs', run, '--previous')).replaceAll(run, 'RUN')).toMatchInlineSnapshot(`
      "2
      ✖ SSC_LOG_NO_PREVIOUS  no container of run RUN has begun again, so there is no log from before"
    `);
  });

  test('Ctrl-C ends at once what is only printed', async () => {
    atNextList('SIGINT');
    expect(await type('logs', run)).toContain('(SIGINT ends the process)');
  });

  test('Ctrl-C ends --follow with what there was, and a second one ends it at once', async () => {
    const following = type('logs', run, 'core-0', '--follow');
    const before = await type('logs', run, 'core-0');
    signal('SIGINT');
    signal('SIGTERM');
    expect(await following).toBe(`${before}(SIGTERM ends the process)\n`);
  });

  test('--follow goes on until the containers have ended', async () => {
    const following = type('logs', run, 'core-0', '--follow');
    const before = await type('logs', run, 'core-0');
    await provider.run(() => provider.clock.sleep(30_000));
    expect(await type('stop', run)).toContain('0\nstopped');
    const text = await following;
    expect(text.startsWith(before)).toBe(true);
    expect(text.length).toBeGreaterThan(before.length);
  });
});

describe('ssc http', async () => {
  const { run, type, provider, atNextList } = await withKeptRun(typed);

  test('prints what the node answered, word for word', async () => {
    const text = await type('http', run, 'core-0', 'info');
    expect(JSON.parse(text.slice(2))).toMatchObject({ info: { state: 'Synced!' } });
    expect(await type('http', run, 'core-2', 'upgrades', 'mode=get')).toMatch(/^0\n\{/u);
  });

  test('Ctrl-C ends it at once', async () => {
    atNextList('SIGINT');
    expect(await type('http', run, 'core-0', 'info')).toContain('(SIGINT ends the process)');
  });

  test('goes the way that is asked for', async () => {
    for (const way of ['proxy', 'port-forward', 'auto'])
      expect(await type('http', run, 'core-1', 'info', '--access', way)).toMatch(/^0\n\{/u);
    expect(await type('http', run, 'core-1', 'info', '--access', 'gateway')).toMatchInlineSnapshot(`
      "2
      ✖ SSC_USAGE_ACCESS  --access gateway cannot be used; nothing was started
        missing    --ingress-host, --ingress-domain or --ingress-address
        missing    --gateway NAMESPACE/NAME
        docs/access.md says which way suits which cluster."
    `);
  });

  test('what changes the node says so', async () => {
    expect((await type('http', run, 'core-0', 'll', 'level=debug')).replaceAll(run, 'RUN')).toMatch(
      /^0\n\{[^}]*\}\nll changes core-0 of run RUN\n$/su,
    );
  });

  test('asks for each endpoint by its name', async () => {
    const asked: Readonly<Record<string, readonly string[]>> = {
      info: [],
      metrics: [],
      clearmetrics: [],
      peers: ['fullkeys=true'],
      quorum: ['transitive=true'],
      scp: ['limit=2'],
      tx: ['blob=AAAA'],
      testacc: ['name=root'],
      testtx: ['from=root', 'to=alice', 'amount=1000000000', 'create=true'],
      upgrades: ['mode=get'],
      sorobaninfo: [],
      dumpproposedsettings: ['blob=AAAA'],
      connect: ['peer=localhost', 'port=11625'],
      droppeer: ['node=GAAZI4TCR3TY5OJHCTJC2A4QSY6CJWJH5IAJTGKIN2ER7LBNVKOCCWN7'],
      bans: [],
      unban: ['node=GAAZI4TCR3TY5OJHCTJC2A4QSY6CJWJH5IAJTGKIN2ER7LBNVKOCCWN7'],
      banaccounts: [],
      unbanaccounts: [],
      generateload: ['mode=pay', 'accounts=1', 'txs=1', 'txrate=1'],
      toggleoverlayonlymode: [],
      manualclose: [],
      'self-check': [],
      ll: [],
      logrotate: [],
      startsurveycollecting: ['nonce=1'],
      stopsurveycollecting: [],
      surveytopologytimesliced: [
        'node=GAAZI4TCR3TY5OJHCTJC2A4QSY6CJWJH5IAJTGKIN2ER7LBNVKOCCWN7',
        'inboundpeerindex=0',
        'outboundpeerindex=0',
      ],
      getsurveyresult: [],
      stopsurvey: [],
    };
    expect(Object.keys(asked)).toEqual(endpointNames);
    const said: string[] = [];
    for (const [endpoint, query] of Object.entries(asked)) {
      const [code = '', ...lines] = (await type('http', run, 'core-2', endpoint, ...query)).split(
        '\n',
      );
      const [first = ''] = lines.filter((line) => !line.startsWith(`${endpoint} changes`));
      said.push(`${endpoint}: ${code} ${first.slice(0, 70)}`);
    }
    expect(said.join('\n').replaceAll(run, 'RUN')).toMatchInlineSnapshot(`
      "info: 0 {
      metrics: 0 {
      clearmetrics: 0 Cleared  metrics!
      peers: 0 {
      quorum: 0 {
      scp: 0 {
      tx: 3 ✖ SSC_CORE_EXCEPTION  core-2 answered the exception "xdr_generic_get: 
      testacc: 0 {
      testtx: 0 {
      upgrades: 0 {
      sorobaninfo: 0 {
      dumpproposedsettings: 3 ✖ SSC_CORE_TEXT  core-2 answered "configUpgradeSet is missing or inval
      connect: 0 Connect to: localhost:11625
      droppeer: 3 ✖ SSC_CORE_TEXT  core-2 answered "Peer GAAZI4TCR3TY5OJHCTJC2A4QSY6CJWJ
      bans: 0 {
      unban: 0 Unban peer: GAAZI4TCR3TY5OJHCTJC2A4QSY6CJWJH5IAJTGKIN2ER7LBNVKOCCWN7
      banaccounts: 0 {
      unbanaccounts: 0 {"status": "banned accounts cleared"}
      generateload: 0 {
      toggleoverlayonlymode: 3 ✖ SSC_CORE_COMMAND_MISSING  core-2 has no such command: this build has
      manualclose: 3 ✖ SSC_CORE_EXCEPTION  core-2 answered the exception "Set MANUAL_CLOSE=
      self-check: 0 
      ll: 0 {
      logrotate: 0 Log rotate...
      startsurveycollecting: 3 ✖ SSC_CORE_COMMAND_MISSING  core-2 has no such command (startsurveycol
      stopsurveycollecting: 3 ✖ SSC_CORE_COMMAND_MISSING  core-2 has no such command (stopsurveycoll
      surveytopologytimesliced: 3 ✖ SSC_CORE_COMMAND_MISSING  core-2 has no such command (surveytopology
      getsurveyresult: 3 ✖ SSC_CORE_COMMAND_MISSING  core-2 has no such command (getsurveyresul
      stopsurvey: 3 ✖ SSC_CORE_COMMAND_MISSING  core-2 has no such command (stopsurvey)   "
    `);
  });

  test('what core refuses is an error, with its words', async () => {
    expect(
      (await type('http', run, 'core-0', 'upgrades', 'mode=set')).replaceAll(run, 'RUN'),
    ).toMatchInlineSnapshot(`
      "3
      upgrades changes core-0 of run RUN
      ✖ SSC_CORE_TEXT  core-0 answered "could not parse upgradetime: ''" (upgrades)   (definite: nothing was changed)
        Sent          GET upgrades?mode=set
        Answered      200 could not parse upgradetime: ''
        Success is    an empty body"
    `);
  });

  test('the pod of a job has no admin port', async () => {
    const { kube, namespace } = provider;
    await provider.run(() =>
      kube.create(namespace, {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: {
          name: `${run}-verify-0`,
          labels: {
            'app.kubernetes.io/managed-by': 'ssc',
            'ssc.stellar.org/run': run,
            'ssc.stellar.org/role': 'job',
          },
        },
        spec: { containers: [{ name: 'job', image: 'core-sim', command: ['true'] }] },
      } as object),
    );
    expect(await type('http', run, 'verify-0', 'info')).toMatchInlineSnapshot(`
      "2
      ✖ SSC_NODE_UNKNOWN  verify-0 is the pod of a job, with no admin port"
    `);
  });

  test('what there is not is refused before it is sent', async () => {
    expect(await type('http', run, 'core-0', 'inof')).toContain('did you mean "info"?');
    expect(await type('http', run, 'core-0', 'info', 'compact')).toMatchInlineSnapshot(`
      "2
      ✖ SSC_USAGE_ARGUMENT  a parameter is its name, "=" and its value; got "compact""
    `);
    expect(await type('http', run, 'core-7', 'info')).toContain('SSC_NODE_UNKNOWN');
    expect(await type('http', run, 'core-0')).toContain('Endpoints');
  });
});

describe('ssc stop', () => {
  test('removes a run that nobody drives', async () => {
    const { run, type, provider } = await withKeptRun(typed);
    expect((await type('stop', run)).replaceAll(run, 'RUN')).toBe(
      '0\nstopped RUN (SimplePayment, ada@build-7)\n',
    );
    await provider.run(() => provider.clock.sleep(60_000));
    expect(await type('runs')).toBe('0\nnamespace default has no runs\n');
    expect((await type('stop', run)).replaceAll(run, 'RUN')).toMatchInlineSnapshot(`
      "2
      ✖ SSC_RUN_UNKNOWN  namespace default has no run "RUN"; nothing was stopped
        Runs    none"
    `);
    expect(await type('stop')).toContain('stop takes the name of one run');
  });
});
