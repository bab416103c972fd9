import { renderError } from '@ssc/errors';
import { describe, expect, test } from 'vitest';
import { catalog, count, defineMission, findMission } from '../src/index.ts';

const run = async (): Promise<void> => {};
const good = {
  summary: 'Does nothing.',
  expectedDuration: '1s',
  network: { core: { nodes: 3 } },
  run,
};

const textOf = (act: () => unknown): string => {
  try {
    act();
    return 'accepted';
  } catch (error) {
    return renderError(error);
  }
};

describe('what the compiler lets through is refused when the mission is loaded', () => {
  test('keys that came by a spread, counts, references, and a check left out without a reason', () => {
    const network = {
      core: { ...{ nodez: 3 }, nodes: -3 },
      watchers: { nodes: 1, ...({ archivesFrom: ['coer'] } as object) },
      copies: { nodes: 1, ...({ startsFrom: { stateOf: 'copies', of: 1 } } as object) },
      others: { nodes: 1, ...({ startsFrom: 'archives' } as object) },
    };
    const spec = {
      ...good,
      network,
      ...{ sumary: 'x' },
      summary: 'no sentence',
      atEnd: { agreement: false, ...{ agrement: true } },
    };
    expect(textOf(() => defineMission('badName', spec))).toMatchInlineSnapshot(`
      "✖ SSC_MISSION_INVALID  11 problems in mission badName; nothing was started
        name                                 must be PascalCase, got "badName"
        sumary                               unknown key; did you mean "summary"?
        summary                              must be a sentence with a capital and a full stop
        atEnd.agrement                       unknown key; did you mean "agreement"?
        atEnd.because                        must say why a check is left out
        network.core.nodez                   unknown key; did you mean "nodes"?
        network.core.nodes                   must be 1 to 1000, got -3
        network.watchers.archivesFrom[0]     there is no core set "coer"; did you mean "core"?
        network.copies.startsFrom.of         unknown key
        network.copies.startsFrom.stateOf    must be another core set
        network.others.startsFrom            must be "genesis", "archive" or { stateOf: "a set" }, got "archives""
    `);
  });

  test('a parameter that is a bare default', () => {
    expect(textOf(() => defineMission('Bare', { ...good, params: { n: 3 as never } }))).toContain(
      'params.n    must be made by count(), amount() or duration()',
    );
  });

  test('a protocol that is no parameter', () => {
    const spec = {
      ...good,
      params: { protocol: count(0, 'n') },
      needsProtocol: 'protocl' as never,
    };
    expect(textOf(() => defineMission('Needing', spec))).toContain(
      'needsProtocol    there is no parameter "protocl"; did you mean "protocol"?',
    );
  });

  test('a good one is taken', () => {
    expect(defineMission('Good', good).network({})).toEqual({ core: { nodes: 3 } });
    const sized = defineMission('Sized', {
      ...good,
      params: { n: count(2, 'nodes') },
      network: ({ n }) => ({ core: { nodes: n } }),
    });
    expect(sized.network({ n: 5 })).toEqual({ core: { nodes: 5 } });
  });
});

describe('the catalogue', () => {
  test('finds a mission by its name', () => {
    expect(findMission('SimplePayment').name).toBe('SimplePayment');
    expect(Object.values(catalog).every((mission) => catalog[mission.name] === mission)).toBe(true);
  });

  test('suggests one for a misspelt name, and knows nothing of inherited ones', () => {
    expect(textOf(() => findMission('SimplePaymnet'))).toMatchInlineSnapshot(`
      "✖ SSC_USAGE_UNKNOWN_MISSION  there is no mission "SimplePaymnet"
        Did you mean    SimplePayment
        All missions    ssc missions"
    `);
    expect(textOf(() => findMission('toString'))).toContain('there is no mission "toString"');
  });
});
