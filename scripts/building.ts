import { createBuilder } from 'vite';

/** Builds every environment of vite.config.ts. */
export async function buildAll(): Promise<void> {
  const builder = await createBuilder({ logLevel: 'warn' });
  await builder.buildApp();
}
