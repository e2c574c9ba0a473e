/** Work that may take only so long. */

/** Rejects when `work` is not done after `seconds`, with a sentence about `what`. */
export async function inTime<T>(work: Promise<T>, seconds: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const message = `${what}: not done after ${seconds} s`;
    timer = setTimeout(() => reject(new Error(message)), seconds * 1000);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
