import { callEngine, expect, test } from './fixtures.ts';

test.use({ workspace: 'sample' });

test('an alert is a notification of the system, and not of the window too', async ({ page, desktop }) => {
  await callEngine(page, 'alerts.test', {});
  const shown = () => desktop.evaluate(({ Notification }) => ('standInShown' in Notification ? (Notification.standInShown as { title: string; body: string }[]) : []));
  await expect.poll(shown).toEqual([expect.objectContaining({ title: 'Test alert from sample' })]);
  await expect(page.getByText('Test alert from sample')).toHaveCount(0);
});
