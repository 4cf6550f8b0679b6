'use strict';
// activitypub-express asks for "request-promise-native" when it loads. Mitoyen never lets it sign or fetch
// (see docs/decisions/0002-activitypub-express.md), so any call here is a mistake.
const refuse = () => {
  throw new Error(
    'request-promise-native is not part of Mitoyen: use the signatures and the safe HTTP client of @mitoyen/federation',
  );
};
module.exports = new Proxy(refuse, { get: () => refuse });
