import { describe, expect, test } from 'vitest';
import { isOwnPage, isSafeExternal } from '../../electron/main/address.ts';
import { answer, isTrusted, type Sender } from '../../electron/main/gate.ts';
import { ReelbenchError } from '../../shared/contract/index.ts';

const from = (url: string, change: Partial<{ type: string; parent: object | null }> = {}): Sender => ({
  sender: { getType: () => (change.type ?? 'window') as 'window' },
  senderFrame: { url, parent: (change.parent ?? null) as null },
});
const page = from('app://reelbench/index.html');

describe('the first gate: who asks', () => {
  test('our own page may', () => {
    expect(isTrusted(page)).toBe(true);
  });

  test.each([
    ['another site', from('https://example.com/')],
    ['a host whose name begins like ours', from('app://reelbench.evil.example/index.html')],
    ['our name in the path of another host', from('app://evil/app://reelbench/')],
    ['our name as a user', from('app://reelbench@evil.example/')],
    ['our host under another scheme', from('https://reelbench/index.html')],
    ['a file', from('file:///reelbench/index.html')],
    ['no address', from('')],
    ['a frame inside our page', from('app://reelbench/index.html', { parent: {} })],
    ['a webview', from('app://reelbench/index.html', { type: 'webview' })],
    ['a frame that is gone', { sender: page.sender, senderFrame: null }],
  ])('%s may not', async (_name, sender) => {
    expect(isTrusted(sender)).toBe(false);
    expect(await answer('call', sender, [1, 'workspaces.list', {}], () => Promise.reject(new Error('it was let in')))).toMatchObject({ ok: false, error: { code: 'forbidden' } });
  });
});

describe('the second gate: what is asked', () => {
  test.each([
    ['call', [1, 'no.such.method', {}]],
    ['call', [1, 'constructor', {}]],
    ['call', [-1, 'workspaces.list', {}]],
    ['call', ['1', 'workspaces.list', {}]],
    ['call', []],
    ['grant', ['/etc/passwd']],
    ['grant', [['']]],
    ['grant', [[{ path: '/etc/passwd' }]]],
    ['pick', [{ directories: 'yes' }]],
    ['save', ['/etc/passwd', 'x']],
    ['save', [{ id: 'x', name: 'x', size: 1, directory: false }, 'x'.repeat(256)]],
  ] as const)('%s %j is refused', async (channel, values) => {
    expect(await answer(channel, page, [...values], () => Promise.reject(new Error('it was let in')))).toMatchObject({ ok: false, error: { code: 'invalid-arguments' } });
  });

  test('what fits is answered, and an error comes back as data with its code', async () => {
    expect(await answer('call', page, [1, 'workspaces.list', {}], ([id, method]) => Promise.resolve([id, method]))).toEqual({ ok: true, value: [1, 'workspaces.list'] });
    const refused = await answer('pick', page, [{}], () => Promise.reject(new ReelbenchError('disk-full', 'The disk is full.', { hint: 'Free some space.' })));
    expect(refused).toEqual({ ok: false, error: { code: 'disk-full', message: 'The disk is full.', hint: 'Free some space.' } });
  });
});

test.each([
  ['app://reelbench/index.html', true],
  ['app://reelbench/#/quality', true],
  ['APP://reelbench/', true],
  ['app:reelbench', false],
  ['app://reelbench:80/', false],
  ['about:blank', false],
])('%s is our own page: %s', (address, own) => {
  expect(isOwnPage(address)).toBe(own);
});

test.each([
  ['https://www.imdb.com/title/tt0133093/', true],
  ['http://www.imdb.com/', false],
  ['https://user:pass@www.imdb.com/', false],
  ['file:///etc/passwd', false],
  ['javascript:alert(1)', false],
  ['ms-settings:', false],
  ['smb://server/share', false],
  ['not an address', false],
])('%s may be handed to the browser: %s', (address, safe) => {
  expect(isSafeExternal(address)).toBe(safe);
});
