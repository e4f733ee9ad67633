import type { HttpAnswer } from '../http/message.js';
import { headerOf } from '../http/message.js';

/**
 * One HTTP session with Genesys Web Services: its cookies and, where the site has CSRF protection, the header that
 * every changing request must carry. The token belongs to the session, so one is never kept without the other.
 */
export class GwsSession {
  /** True once the platform accepted our credentials in it: a 401 after that means that it has expired. */
  accepted = false;
  private readonly cookies = new Map<string, string>();
  private csrf: { readonly header: string; readonly token: string } | null = null;

  constructor(private readonly authorization: string) {}

  get hasToken(): boolean {
    return this.csrf !== null;
  }

  headers(effect: boolean): Record<string, string> {
    const cookie = this.cookieHeader();
    return {
      authorization: this.authorization,
      ...(cookie === '' ? {} : { cookie }),
      ...(effect && this.csrf !== null ? { [this.csrf.header]: this.csrf.token } : {}),
    };
  }

  /** @param sent the headers that the request went out with */
  learn(sent: Readonly<Record<string, string>>, answer: HttpAnswer): void {
    const before = this.cookieHeader();
    const current = (sent['cookie'] ?? '') === before;
    for (const line of setCookies(answer)) this.keep(line);
    const moved = this.cookieHeader() !== before;
    const header = headerOf(answer, 'x-csrf-header');
    const token = headerOf(answer, 'x-csrf-token');
    // A token that came back to a request of an older session would not fit this one.
    if (header !== undefined && token !== undefined && (current || moved)) this.csrf = { header, token };
    else if (moved) this.csrf = null;
  }

  private cookieHeader(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  private keep(line: string): void {
    const [pair = '', ...attributes] = line.split(';');
    const at = pair.indexOf('=');
    if (at < 1) return;
    const name = pair.slice(0, at).trim();
    if (attributes.some(isPast)) this.cookies.delete(name);
    else this.cookies.set(name, pair.slice(at + 1).trim());
  }
}

/** How a server takes a cookie back. A time in the near future does not matter: sessions end long before. */
function isPast(attribute: string): boolean {
  const [, name = '', value = ''] = /^\s*(max-age|expires)\s*=\s*(.*?)\s*$/i.exec(attribute) ?? [];
  if (name.toLowerCase() === 'max-age') return /^(0|-\d+)$/.test(value);
  return name !== '' && Date.parse(value) <= startOfAnyCookie;
}

/** 2000-01-01: servers write 1970 to take a cookie back. */
const startOfAnyCookie = 946_684_800_000;

function setCookies(answer: HttpAnswer): readonly string[] {
  const value = answer.headers['set-cookie'];
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}
