/** All ids of a host, in their order: what came from it is found by the index on its id. */
export function iriRanges(host: string): { $gte: string; $lt: string }[] {
  // "0" comes right after "/".
  return ['http', 'https'].map((scheme) => ({
    $gte: `${scheme}://${host}/`,
    $lt: `${scheme}://${host}0`,
  }));
}
