/**
 * Micro-batches: calls that arrive in one turn of the event loop are carried out together,
 * and so are those that arrive while the batches before them are under way. A call that
 * comes alone waits for nothing; the more there is to do, the larger the batches. (One
 * insertMany for many requests is what lets the database share one flush among them.)
 */
export type BatchResult<T> = { ok: true; value: T } | { ok: false; error: unknown };

/** Batches of one kind under way at once: the next one is filled meanwhile. */
const AT_ONCE = 2;

/**
 * @param runBatch gets the inputs in call order and answers one result for each, in the same
 *   order. It must not wait for a call of its own coalescer.
 * @param options.most inputs per batch (500)
 * @param options.windowMs gathers this long after the first call, for work that nobody waits
 *   for; told how many there were in the batch before
 */
export function createCoalescer<In, Out>(
  runBatch: (inputs: In[]) => Promise<BatchResult<Out>[]>,
  options: { most?: number; windowMs?: (lastBatch: number) => number } = {},
): (input: In) => Promise<Out> {
  const most = options.most ?? 500;
  type Waiting = { input: In; resolve: (value: Out) => void; reject: (error: unknown) => void };
  let waiting: Waiting[] = [];
  let scheduled = false;
  let underWay = 0;
  let lastBatch = 0;

  function schedule(): void {
    if (scheduled || waiting.length === 0 || underWay >= AT_ONCE) return;
    scheduled = true;
    if (options.windowMs) setTimeout(flush, options.windowMs(lastBatch));
    else setImmediate(flush);
  }

  function flush(): void {
    scheduled = false;
    while (waiting.length > 0 && underWay < AT_ONCE) {
      const batch = waiting.slice(0, most);
      waiting = waiting.slice(most);
      lastBatch = batch.length;
      underWay += 1;
      settle(batch).finally(() => {
        underWay -= 1;
        schedule();
      });
    }
  }

  async function settle(batch: Waiting[]): Promise<void> {
    try {
      const results = await runBatch(batch.map((one) => one.input));
      for (const [index, one] of batch.entries()) {
        const result = results[index];
        if (result?.ok) one.resolve(result.value);
        else one.reject(result ? result.error : new Error('the batch gave no result'));
      }
    } catch (error) {
      for (const one of batch) one.reject(error);
    }
  }

  return function coalesced(input: In): Promise<Out> {
    return new Promise((resolve, reject) => {
      waiting.push({ input, resolve, reject });
      schedule();
    });
  };
}

/**
 * A read whose calls for the same key within one turn of the event loop are one. Whoever asks gets
 * what was read after asking, so that nobody sees an older state than they know of.
 */
export function createSharedRead<T>(
  read: (key: string) => Promise<T>,
): (key: string) => Promise<T> {
  return createCoalescer(async (keys: string[]) => {
    const distinct = [...new Set(keys)];
    const settled = await Promise.allSettled(distinct.map(read));
    const results = new Map(distinct.map((key, index) => [key, settled[index]]));
    return keys.map((key): BatchResult<T> => {
      const one = results.get(key);
      if (one?.status === 'fulfilled') return { ok: true, value: one.value };
      return { ok: false, error: one?.reason };
    });
  });
}
