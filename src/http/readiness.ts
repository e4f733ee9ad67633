import { Injectable } from '@nestjs/common';
import { messageOf } from '../errors.js';

export interface ReadinessCheck {
  readonly name: string;
  /** False: its failure is shown, but the process can do its work for those who ask it. Default true. */
  readonly essential?: boolean;
  /** Quick and without effects; a check that throws or takes longer than 2 s is not ok. */
  check(): Promise<{ ok: boolean; reason?: string }>;
}

export interface Readiness {
  ready: boolean;
  checks: { name: string; ok: boolean; reason?: string }[];
}

const checkWithinMs = 2_000;

/** Whether this process should get work, and why not. Rooms add their checks at start. */
@Injectable()
export class ReadinessChecks {
  private readonly checks: ReadinessCheck[] = [];

  add(check: ReadinessCheck): void {
    this.checks.push(check);
  }

  async ask(): Promise<Readiness> {
    const checks = await Promise.all(
      this.checks.map(async (check) => ({ name: check.name, ...(await ask(check)) })),
    );
    const essential = new Set(
      this.checks.filter((check) => check.essential !== false).map(({ name }) => name),
    );
    return { ready: checks.every((check) => check.ok || !essential.has(check.name)), checks };
  }
}

async function ask(check: ReadinessCheck): Promise<{ ok: boolean; reason?: string }> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<{ ok: boolean; reason: string }>((resolve) => {
    timer = setTimeout(
      () => resolve({ ok: false, reason: `no answer within ${checkWithinMs / 1_000} s` }),
      checkWithinMs,
    );
  });
  try {
    return await Promise.race([check.check(), late]);
  } catch (error) {
    return { ok: false, reason: messageOf(error) };
  } finally {
    clearTimeout(timer);
  }
}
