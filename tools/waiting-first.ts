import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Tests with real processes, which wait for them more than they compute. */
const waits = /\/documents\/|\/apps\/ssc-cli\/test\/native[\w-]*\.test\.ts$/u;

/**
 * Test files in vitest's order, but of each project those first that wait for real processes. Where no earlier run has told how long
 * each takes, vitest goes by size: the short files with the longest tests would come last, with one worker waiting and the others idle.
 */
export class WaitingFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const projects = [...new Set(sorted.map(({ project }) => project))];
    return projects.flatMap((project) => {
      const own = sorted.filter((file) => file.project === project);
      return [
        ...own.filter(({ moduleId }) => waits.test(moduleId)),
        ...own.filter(({ moduleId }) => !waits.test(moduleId)),
      ];
    });
  }
}
