import { anyCounter, type Ballot, type BallotStatement } from './statement.ts';

export type Phase = 'PREPARE' | 'CONFIRM' | 'EXTERNALIZE';

/** How far a node is with its ballots. */
export interface BallotState {
  readonly phase: Phase;
  readonly current: Ballot | undefined;
  readonly prepared: Ballot | undefined;
  readonly preparedPrime: Ballot | undefined;
  readonly high: Ballot | undefined;
  readonly commit: Ballot | undefined;
}

/** What a node in this state says. */
export function statementOf(
  { phase, current, prepared, preparedPrime, high, commit }: BallotState,
  base: Pick<BallotStatement, 'node' | 'slot' | 'quorumSet'>,
): BallotStatement {
  const [cCounter, hCounter] = [commit?.counter ?? 0, high?.counter ?? 0];
  switch (phase) {
    case 'PREPARE':
      return {
        ...base,
        type: 'PREPARE',
        ballot: current ?? { counter: 0, value: '' },
        prepared,
        preparedPrime,
        cCounter,
        hCounter,
      };
    case 'CONFIRM':
      return {
        ...base,
        type: 'CONFIRM',
        ballot: current as Ballot,
        preparedCounter: prepared?.counter ?? 0,
        cCounter,
        hCounter,
      };
    case 'EXTERNALIZE':
      return { ...base, type: 'EXTERNALIZE', commit: commit as Ballot, hCounter };
  }
}

/** The state of a node that said this last. */
export function stateOf(statement: BallotStatement): BallotState {
  switch (statement.type) {
    case 'PREPARE': {
      const { ballot, prepared, preparedPrime, hCounter, cCounter } = statement;
      const at = (counter: number): Ballot | undefined =>
        counter > 0 ? { counter, value: ballot.value } : undefined;
      const [high, commit] = [at(hCounter), at(cCounter)];
      return { phase: 'PREPARE', current: ballot, prepared, preparedPrime, high, commit };
    }
    case 'CONFIRM': {
      const { value } = statement.ballot;
      return {
        phase: 'CONFIRM',
        current: statement.ballot,
        prepared: { counter: statement.preparedCounter, value },
        preparedPrime: undefined,
        high: { counter: statement.hCounter, value },
        commit: { counter: statement.cCounter, value },
      };
    }
    case 'EXTERNALIZE': {
      const { value } = statement.commit;
      const current = { counter: anyCounter, value };
      return {
        phase: 'EXTERNALIZE',
        current,
        prepared: current,
        preparedPrime: undefined,
        high: { counter: statement.hCounter, value },
        commit: statement.commit,
      };
    }
  }
}
