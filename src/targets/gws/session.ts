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
    if (attributes.some((attribute) => /^\s*max-age\s*=\s*(0|-\d+)\s*$/i.test(attribute)))
      this.cookies.delete(name);
    else this.cookies.set(name, pair.slice(at + 1).trim());
  }
}

function setCookies(answer: HttpAnswer): readonly string[] {
  const value = answer.headers['set-cookie'];
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}
