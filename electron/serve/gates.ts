import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** What a request may not pass with, in words; `undefined` lets it through. */
type Refusal = string | undefined;

/**
 * Who may talk to the loopback host. The address that is printed carries a token of this start; it is swapped for a
 * cookie that scripts cannot read and other sites cannot send. Host and Origin must be exactly ours, which stops DNS
 * rebinding and requests forged by other pages.
 */
export class Gates {
  readonly #port: number;
  readonly #token = randomBytes(32).toString('base64url');
  readonly #session = randomBytes(32).toString('base64url');

  constructor(port: number) {
    this.#port = port;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** The address to open. */
  get address(): string {
    return `${this.origin}/?token=${this.#token}`;
  }

  host(request: IncomingMessage): Refusal {
    return request.headers.host === `127.0.0.1:${this.#port}` ? undefined : 'This address is not the one that the program printed.';
  }

  isToken(given: string): boolean {
    return same(given, this.#token);
  }

  /** Cookies are not kept apart by port, so the port is in the name. */
  get cookie(): string {
    return `reelbench_${this.#port}=${this.#session}; HttpOnly; SameSite=Strict; Path=/`;
  }

  session(request: IncomingMessage): Refusal {
    const name = `reelbench_${this.#port}=`;
    const cookie = (request.headers.cookie ?? '').split('; ').find((candidate) => candidate.startsWith(name));
    return cookie !== undefined && same(cookie.slice(name.length), this.#session) ? undefined : 'Open the address that the program printed: it holds the key to this session.';
  }

  write(request: IncomingMessage): Refusal {
    return request.headers.origin === this.origin && request.headers['x-reelbench'] === '1' ? undefined : 'This request does not come from the app’s own page.';
  }
}

function same(given: string, expected: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
}
