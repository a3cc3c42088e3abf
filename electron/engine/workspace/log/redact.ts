import type { Parameters } from '../../../../shared/domain/parameters.ts';

/** Shorter texts are part of too many words to be told apart from them. */
const SHORTEST_SECRET = 6;

/** The text without the key of the webhook, and without what follows the host in its address: tokens stand there. */
export function withoutAlertSecrets(text: string, { webhook, webhook_secret: key }: Parameters['alerts']): string {
  const url = webhook === undefined ? null : URL.parse(webhook);
  const hidden: (readonly [string, string])[] = [];
  if (webhook !== undefined) hidden.push([webhook, url ? `${url.origin}/…` : '…']);
  if (url) for (const part of [url.href, url.pathname + url.search, url.search, url.password, ...url.pathname.split('/')]) hidden.push([part, '…']);
  if (key !== undefined) hidden.push([key, '…']);
  return hidden.reduce((clean, [secret, shown]) => (secret.length < SHORTEST_SECRET ? clean : clean.replaceAll(secret, () => shown)), text);
}
