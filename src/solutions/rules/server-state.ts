/** What a Solution Control Server state (0 to 8) means for stopping and starting. */
export type ServerState = 'running' | 'stopped' | 'changing' | 'unknown';

/** State 8 (service unavailable) is a process that lives: it has to be stopped before it can be started. */
export function serverState(status: number | null): ServerState {
  switch (status) {
    case 1:
      return 'stopped';
    case 6:
    case 8:
      return 'running';
    case 2:
    case 3:
    case 4:
    case 5:
    case 7:
      return 'changing';
    default:
      return 'unknown';
  }
}
