import { expect, test } from 'vitest';
import { catalog, renderMissionPage } from '../src/index.ts';

test('docs/missions.md is made from the missions', async () => {
  await expect(renderMissionPage(Object.values(catalog))).toMatchFileSnapshot(
    '../../../docs/missions.md',
  );
});

test.each(Object.values(catalog))('$name says what it does step by step', ({ doc }) => {
  expect(doc).toMatch(/^[A-Z].*\.$/u);
});
