/**
 * The end of an agreement. First the state, in one write, and every process refuses the host;
 * then what there was is taken apart, in steps that may be repeated, and counted in a report.
 */
import type { DomainEvent } from '../../events.ts';
import { AppError, invalid } from '../../platform/app-error.ts';
import { outranks, wasInForce } from './agreement.ts';
import { buildAnswer, buildAttestation } from './agreement-activity.ts';
import { type AgreementDeps, sends } from './agreement-deps.ts';
import type { Agreement, AgreementState, CopiesThen, Partners } from './partners.ts';
import type { PauseStore } from './pause-store.ts';

/** What let something flow, and may have left something behind. */
const IN_FORCE: AgreementState[] = ['active', 'expired'];
const OPEN: AgreementState[] = ['offered', 'waiting_for_us'];

export function createEndAgreement(deps: AgreementDeps & { pauses: PauseStore }) {
  const { kit, apis, store, held, actors } = deps;

  const revoke: Partners['revoke'] = async (rawHost, by, options = {}) => {
    const host = actors.hostOf(rawHost);
    const main = await endable(host);
    if (main.state === 'offered') return withdraw(main, by);
    const copies = options.copies ?? main.limits.copiesThen;
    if (copies === 'freeze' && main.limits.copiesThen === 'purge') {
      const message = 'cannot be kept: the terms say that they are deleted';
      throw invalid({ field: 'copies', code: 'ERR_INVALID', message });
    }
    const upTo = Math.max(...(await store.ofHost(host)).map(({ version }) => version));
    const change = { by, endedBy: 'us', report: emptyReport(copies), upTo } as const;
    await store.move(main._id, IN_FORCE, 'revoked', change, [kit.pending.entry('agreement.ended')]);
    await closeOthers(main, 'us');
    await held.changed();
    // At once, not by the queue: the command answers with the report. A crash here is swept up.
    await kit.pending.run('agreements', [main._id]);
    await deps.pauses.remove(host);
    await deps.history.note({ host, action: 'ended', by, version: main.version });
    return result(main);
  };

  const foresee: Partners['foresee'] = async (rawHost) => {
    const host = actors.hostOf(rawHost);
    const agreement = await endable(host);
    const [figures, followsEnded, membershipsEnded, posts, pictures] = await Promise.all([
      kit.outbox.figures([host]),
      apis.relations.countHost(host),
      apis.groups.countHost(host),
      apis.posts.countCopies(host),
      apis.media.countCopies(host),
    ]);
    const { waiting = 0, dead = 0 } = figures.get(host) ?? {};
    const copies = agreement.limits.copiesThen;
    const deliveriesDropped = waiting + dead;
    const counts = { deliveriesDropped, followsEnded, membershipsEnded, posts, pictures, copies };
    return { agreement, counts };
  };

  /** What there is to end; nothing is told of hosts that there was never an agreement with. */
  async function endable(host: string): Promise<Agreement> {
    const ofHost = await store.ofHost(host);
    const main = mainOf(ofHost) ?? ofHost.find(({ state }) => state === 'offered');
    if (!main) throw new AppError('not_found', `There is no agreement with ${host} to revoke`);
    return main;
  }

  /** An offer that is not answered yet: nothing has flowed, so nothing is taken apart. */
  async function withdraw(offer: Agreement, by: string) {
    await store.move(offer._id, ['offered'], 'rejected', { by, endedBy: 'us' }, [
      sends(deps, 'undo'),
    ]);
    await held.changed();
    await kit.pending.kick('agreements', offer._id);
    const { host, version } = offer;
    await deps.history.note({ host, action: 'withdrawn', by, version });
    return result(offer);
  }

  async function result(before: Agreement) {
    const agreement = (await store.byId(before._id)) ?? before;
    return { agreement, report: numbersOf(agreement) };
  }

  const takeBack: Partners['withdraw'] = async (rawHost, by) => {
    const host = actors.hostOf(rawHost);
    const offer = (await store.ofHost(host)).find(({ state }) => state === 'offered');
    if (!offer) throw new AppError('not_found', `There is no offer to ${host} to take back`);
    return (await withdraw(offer, by)).agreement;
  };

  /**
   * Their Undo of an agreement that they name. `upTo`: the highest version they knew of when they
   * ended it all; they may not know yet which one came into force last. Without it an offer is
   * taken back, and what is in force stays. True where it ended something.
   */
  async function endedByThem(
    named: Agreement,
    undo: string,
    upTo: number | null,
  ): Promise<boolean> {
    const unfinished = isUnfinished(named);
    const inForce = mainOf(await store.ofHost(named.host));
    const isMeant = wasInForce(named) || (upTo !== null && (inForce?.version ?? 0) <= upTo);
    const main = unfinished ? named : isMeant ? inForce : undefined;
    if (!main) return takenBack(named);
    if (!unfinished) {
      const report = emptyReport(main.limits.copiesThen);
      const change = { endedBy: 'them', report } as const;
      await store.move(main._id, IN_FORCE, 'revoked', change);
    }
    await closeOthers(main, 'them');
    await held.changed();
    const { _id: id, host, version } = main;
    if (!unfinished) await deps.history.note({ host, action: 'ended', side: 'them', version });
    await kit.events.emit({ name: 'agreement.ended', id, local: false, data: { undo } });
    return true;
  }

  async function takenBack({ _id: id, host, version, state }: Agreement): Promise<boolean> {
    if (!OPEN.includes(state)) return false;
    await store.move(id, OPEN, 'rejected', { endedBy: 'them' });
    await held.changed();
    await deps.history.note({ host, action: 'withdrawn', side: 'them', version });
    await kit.events.emit({ name: 'agreement.changed', id, local: false, data: {} });
    return true;
  }

  async function closeOthers(main: Agreement, endedBy: 'us' | 'them'): Promise<void> {
    for (const other of await store.ofHost(main.host)) {
      if (other._id === main._id) continue;
      await store.move(other._id, OPEN, 'rejected', { endedBy });
      await store.move(other._id, IN_FORCE, 'superseded');
    }
  }

  function emptyReport(copies: CopiesThen) {
    return {
      copies,
      startedAt: kit.clock.now(),
      deliveriesDropped: 0,
      followsEnded: 0,
      membershipsEnded: 0,
      postsPurged: 0,
      postsFrozen: 0,
      picturesPurged: 0,
      profilesReduced: 0,
    };
  }

  /** Takes apart what there was with a host; what is gone already counts nothing. */
  async function takeApart(host: string, copies: CopiesThen = 'purge') {
    await kit.failedInbound.dropHost(host);
    return {
      deliveriesDropped: await kit.outbox.dropHost(host),
      followsEnded: await apis.relations.endHost(host),
      membershipsEnded: await apis.groups.endHost(host),
      ...(await takeApartCopies(host, copies)),
    };
  }

  /** Pictures and profiles go in any case: what is set aside is the words, and whose they are. */
  async function takeApartCopies(host: string, copies: CopiesThen) {
    const profilesReduced = await apis.accounts.reduceProfiles(host, { all: true });
    const picturesPurged = await apis.media.removeOf({ host });
    if (copies === 'purge') await apis.posts.dropFrozen(host);
    const count = await apis.posts.purgeFrom({ host, freeze: copies === 'freeze' });
    return {
      picturesPurged,
      profilesReduced,
      [copies === 'freeze' ? 'postsFrozen' : 'postsPurged']: count,
    };
  }

  async function onEnded(event: DomainEvent): Promise<void> {
    const agreement = await store.byId(event.id);
    if (agreement?.state !== 'revoked') return;
    const counts = await takeApart(agreement.host, agreement.report?.copies);
    await store.addToReport(agreement._id, counts);
    await tellThem(agreement, event);
    await store.setReport(agreement._id, { finishedAt: kit.clock.now() });
  }

  /** After the deliveries were dropped, so that this one is not. */
  async function tellThem(agreement: Agreement, event: DomainEvent): Promise<void> {
    const { undo } = event.data;
    const { report } = (await store.byId(agreement._id)) ?? agreement;
    const deleted = (report?.postsPurged ?? 0) + (report?.picturesPurged ?? 0);
    const activity = event.local
      ? buildAnswer(kit.baseUrl, agreement, 'undo')
      : buildAttestation(kit.baseUrl, agreement, undo ?? agreement.iri, {
          deleted,
          frozen: report?.postsFrozen ?? 0,
        });
    const actor = await apis.accounts.instanceActor();
    await kit.outbox.send({
      actor: actor._id,
      activity,
      recipients: { inboxes: [agreement.inbox] },
      scope: 'agreement',
    });
    if (event.local) await store.setReport(agreement._id, { requestedAt: kit.clock.now() });
  }

  return { revoke, foresee, withdraw: takeBack, endedByThem, takeApart, takeApartCopies, onEnded };
}

/** The one in force, or that was until it expired: its id is what the Undo names. */
function mainOf(agreements: Agreement[]): Agreement | undefined {
  const inForce = agreements.filter(wasInForce);
  const rank = ({ state }: Agreement) => IN_FORCE.indexOf(state);
  return inForce.toSorted((a, b) => rank(a) - rank(b) || (outranks(a, b) ? -1 : 1))[0];
}

/** A crash came between the end and its report. */
function isUnfinished({ state, endedBy, report }: Agreement): boolean {
  return state === 'revoked' && endedBy === 'them' && report?.finishedAt === undefined;
}

/** The numbers of a report alone. */
export function numbersOf(agreement: Agreement): Record<string, number> {
  const entries = Object.entries(agreement.report ?? {});
  return Object.fromEntries(
    entries.flatMap(([name, value]) => (typeof value === 'number' ? [[name, value]] : [])),
  );
}

export type EndAgreement = ReturnType<typeof createEndAgreement>;
