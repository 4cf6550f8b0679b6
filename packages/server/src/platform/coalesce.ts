/**
 * Micro-batches: calls that arrive in one turn of the event loop are carried out
 * together. No timer, so that a single call waits for nothing. (One insertMany for
 * many requests is what lets the database share one flush among them.)
 */
export type BatchResult<T> = { ok: true; value: T } | { ok: false; error: unknown };

/**
 * @param runBatch gets the inputs in call order and answers one result for each, in the same order
 * @param options.most inputs per batch (500)
 * @param options.windowMs gathers this long after the first call, for work that nobody waits for
 */
export function createCoalescer<In, Out>(
  runBatch: (inputs: In[]) => Promise<BatchResult<Out>[]>,
  options: { most?: number; windowMs?: number } = {},
): (input: In) => Promise<Out> {
  const most = options.most ?? 500;
  type Waiting = { input: In; resolve: (value: Out) => void; reject: (error: unknown) => void };
  let waiting: Waiting[] = [];
  let scheduled = false;

  function flush(): void {
    scheduled = false;
    const all = waiting;
    waiting = [];
    for (let start = 0; start < all.length; start += most) settle(all.slice(start, start + most));
  }

  function settle(batch: Waiting[]): void {
    runBatch(batch.map((one) => one.input)).then(
      (results) => {
        for (const [index, one] of batch.entries()) {
          const result = results[index];
          if (result?.ok) one.resolve(result.value);
          else one.reject(result ? result.error : new Error('the batch gave no result'));
        }
      },
      (error) => {
        for (const one of batch) one.reject(error);
      },
    );
  }

  return function coalesced(input: In): Promise<Out> {
    return new Promise((resolve, reject) => {
      waiting.push({ input, resolve, reject });
      if (!scheduled) {
        scheduled = true;
        if (options.windowMs) setTimeout(flush, options.windowMs);
        else setImmediate(flush);
      }
    });
  };
}
