/**
 * Runs a transaction again when PostgreSQL ended it to resolve a deadlock (40P01): batches of commands take rows in the
 * order they came, so two of them may meet crosswise. Three times: each deadlock lets one of the two through.
 * @param most how often at most
 */
export async function retryingDeadlock<T>(work: () => Promise<T>, most = 3): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if ((error as { code?: unknown }).code !== '40P01' || attempt >= most) throw error;
    }
  }
}
