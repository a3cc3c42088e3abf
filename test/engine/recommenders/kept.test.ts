import { describe, expect, it } from 'vitest';
import { Kept } from '../../../electron/engine/recommenders/kept.ts';

describe('what is read once for several stages', () => {
  const counting = (stays: boolean) => {
    const kept = new Kept<{ key: string }>(() => stays);
    const made: string[] = [];
    const use = <R>(key: string, work: (value: { key: string }) => Promise<R>) => kept.use(key, async () => {
      made.push(key);
      await Promise.resolve();
      return { key };
    }, work);
    return { kept, made, use };
  };

  it('stages side by side and one after another share a reading; another content is read anew', async () => {
    const { made, use } = counting(true);
    const both = await Promise.all([use('a', async (value) => value), use('a', async (value) => value)]);
    expect(both[0]).toBe(both[1]);
    expect(await use('a', async (value) => value)).toBe(both[0]);
    expect(made).toEqual(['a']);
    expect(await use('b', async ({ key }) => key)).toBe('b');
    expect(await use('a', async ({ key }) => key)).toBe('a');
    expect(made).toEqual(['a', 'b', 'a']);
  });

  it('what is too large goes with its last user', async () => {
    const { made, use } = counting(false);
    await Promise.all([use('a', async () => undefined), use('a', async () => undefined)]);
    expect(made).toEqual(['a']);
    await use('a', async () => undefined);
    expect(made).toEqual(['a', 'a']);
  });

  it('a reading that fails is the failure of its stage alone: another stage reads itself', async () => {
    const { kept } = counting(true);
    const first = kept.use('a', () => Promise.reject(new Error('stopped')), async (value) => value);
    const second = kept.use('a', async () => ({ key: 'a' }), async (value) => value);
    await expect(first).rejects.toThrow('stopped');
    expect(await second).toEqual({ key: 'a' });
  });
});
