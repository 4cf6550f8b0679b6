/** An app comes to listen: who it is, whether it may, and what it hears from now on. */
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import { AppError, forbidden, invalid, notFound } from '../../platform/app-error.ts';
import { type Auth, hasScope } from '../../platform/http/endpoints.ts';
import type { Account } from '../accounts/account.ts';
import type { Carrier, Connection } from './connection.ts';
import type { Hub } from './hub.ts';
import { type Reading, readReading, readSource } from './reading.ts';
import {
  readStream,
  type Stream,
  type StreamRequest,
  sameStream,
  scopeOfStream,
} from './stream.ts';

/** Streams of one connection. */
const MOST_STREAMS = 100;

export type Prepared = {
  account: Account;
  reading: Reading;
  connection: Omit<Connection, 'carrier'>;
};

export type Attend = ReturnType<typeof createAttend>;

export function createAttend(deps: { kit: Kit; apis: Apis; hub: Hub }) {
  const { kit, apis, hub } = deps;
  const { streams, streams_per_person } = kit.config.limits;
  let leaving = false;

  /** The bearer of a token that may listen at all. @throws AppError unauthenticated */
  async function authenticate(secret: string | null): Promise<Auth> {
    const auth = secret ? await apis.authentication.bearerOf(secret) : null;
    if (!auth?.account) throw new AppError('unauthenticated', 'The access token is invalid');
    return auth;
  }

  /** What is asked for, where this token may hear it. @throws AppError */
  function choose(request: StreamRequest, scopes: string[]): Stream {
    const stream = readStream(request);
    if ('message' in stream) throw invalid({ ...stream, code: 'ERR_INVALID' });
    const scope = scopeOfStream(stream);
    if (!hasScope(scopes, scope))
      throw forbidden(`This action is outside the authorized scopes: it needs ${scope}`);
    return stream;
  }

  function checkRoom(account: string): void {
    if (leaving || hub.size() >= streams)
      throw new AppError('unavailable', 'No more live connections here now; try again soon');
    if (hub.sizeOf(account) >= streams_per_person)
      throw new AppError('rate_limited', `${streams_per_person} live connections are the most`, {
        retryAfterSeconds: 30,
      });
  }

  /** Everything that can be refused, before the app is told that it is connected. @throws AppError */
  async function prepare(
    auth: Auth,
    options: { ownEvents: boolean; stream: Stream | null },
  ): Promise<Prepared> {
    const { account, tokenId, scopes } = auth;
    if (!account) throw new AppError('unauthenticated', 'The access token is invalid');
    checkRoom(account._id);
    const connection: Prepared['connection'] = {
      account: account._id,
      tokenId,
      may: {
        notifications: hasScope(scopes, 'read:notifications'),
        statuses: hasScope(scopes, 'read:statuses'),
      },
      ownEvents: options.ownEvents,
      subscriptions: [],
    };
    if (options.stream) await subscribe(connection, options.stream);
    const known = hub.viewers.get(account._id)?.reading;
    return { account, connection, reading: known ?? (await readReading(apis, account._id)) };
  }

  /** From here on the carrier gets what the subscriptions show. @throws AppError where there is no room */
  function join({ account, reading, connection }: Prepared, carrier: Carrier): Connection {
    checkRoom(account._id);
    const joined: Connection = { ...connection, carrier };
    hub.add(joined, { account, reading });
    // What was revoked while we prepared was out of the hub's reach.
    apis.authentication
      .validTokens([joined.tokenId])
      .then((valid) => {
        if (!valid.has(joined.tokenId)) hub.endWhere((one) => one === joined, 'revoked');
      })
      .catch((error) => kit.log.warn({ err: error }, 'a token could not be looked at again'));
    return joined;
  }

  /** @throws AppError not_found for a list that is not theirs, invalid for too many */
  async function subscribe(connection: Prepared['connection'], stream: Stream): Promise<void> {
    const has = () => connection.subscriptions.some((one) => sameStream(one.stream, stream));
    if (has()) return;
    if (connection.subscriptions.length >= MOST_STREAMS)
      throw new AppError('invalid', `One connection hears ${MOST_STREAMS} streams at most`);
    const source = await readSource(apis, connection.account, stream);
    if (source === null) throw notFound();
    if (!has()) connection.subscriptions.push({ stream, source });
  }

  function unsubscribe(connection: Connection, stream: Stream): void {
    connection.subscriptions = connection.subscriptions.filter(
      (one) => !sameStream(one.stream, stream),
    );
  }

  return {
    authenticate,
    choose,
    prepare,
    join,
    subscribe,
    unsubscribe,
    leave: hub.remove,
    /** Nobody comes any more, and everybody is sent away: they connect to another process. */
    close: () => {
      leaving = true;
      hub.endWhere(() => true, 'leaving');
    },
  };
}
