/** Which endpoint answers with what: one entity, or a list of them. */
import { z } from 'zod';
import { ENTITIES, type EntityName } from './entities.ts';
import { type JsonSchema, schemaOf } from './schema-of.ts';

const BASE = '/api/mitoyen/v1';

const ANSWERS: Record<string, EntityName | `${EntityName}[]`> = {
  'get /directory': 'Account[]',
  'get /sessions': 'Session[]',
  'get /groups': 'Group[]',
  'post /groups': 'Group',
  'get /groups/lookup': 'Group',
  'get /groups/:id': 'Group',
  'patch /groups/:id': 'Group',
  'get /groups/:id/posts': 'Status[]',
  'get /groups/:id/members': 'Membership[]',
  'get /groups/:id/requests': 'Membership[]',
  'get /group_invitations': 'Group[]',
  'post /conversations': 'Conversation',
  'get /conversations/:id': 'Conversation',
  'patch /conversations/:id': 'Conversation',
  'post /conversations/:id/people': 'Conversation',
  'get /conversations/:id/messages': 'Status[]',
  'get /conversations/:id/state': 'ConversationState',
  'get /must_read': 'Status[]',
  'post /statuses/:id/acknowledge': 'Status',
  'get /statuses/:id/acknowledgements': 'Acknowledgements',
  'get /statuses/:id/acknowledgements/waiting': 'Waiting',
  'get /statuses/:id/whole': 'Status',
  'get /events': 'Status[]',
  'post /events/:id/answer': 'Status',
  'post /events/:id/cancel': 'Status',
  'get /events/:id/people': 'Account[]',
  'get /statuses/:id/reactions': 'Reaction[]',
  'put /statuses/:id/reactions/:emoji': 'Status',
  'delete /statuses/:id/reactions/:emoji': 'Status',
  'get /search': 'SearchResults',
  'get /saved_searches': 'SavedSearch[]',
  'post /saved_searches': 'SavedSearch',
  'patch /saved_searches/:id': 'SavedSearch',
  'get /presence': 'Presence[]',
  'post /presence': 'Presence',
  'get /accounts/:id/profile': 'WorkProfile',
  'patch /profile': 'WorkProfile',
  'get /org_chart': 'Colleague[]',
  'get /org_chart/:id': 'OrgChart',
  'get /people': 'Colleague[]',
  'get /skills': 'Skill[]',
  'get /mail-preferences': 'MailPreferences',
  'put /mail-preferences': 'MailPreferences',
  'get /exports': 'Archive[]',
  'post /exports': 'Archive',
  'get /admin/overview': 'Overview',
  'get /admin/audit': 'AuditEntry[]',
  'get /admin/audit/verify': 'AuditVerdict',
  'get /admin/groups': 'AdminGroup[]',
  'get /admin/media': 'AdminMedia',
  'put /admin/reports/:id/assignee': 'Report',
  'post /admin/reports/:id/notes': 'Report',
  'delete /admin/reports/:id/statuses/:status': 'Report',
  'post /admin/people/:id/sign_in_link': 'SignInLink',
  'post /admin/people/:id/sign_out': 'Nothing',
  'get /partners': 'Partners',
  'get /partners/names': 'PartnerNames',
  'get /partners/history': 'HistoryEntry[]',
  'post /partners/pause': 'Pause[]',
  'post /partners/resume': 'Released',
  'post /partners/offer': 'Agreement',
  'get /partners/:host': 'AgreementRecord[]',
  'post /partners/:host/change': 'Agreement',
  'post /partners/:host/review': 'Agreement',
  'post /partners/:host/accept': 'Agreement',
  'post /partners/:host/withdraw': 'Agreement',
  'post /partners/:host/reject': 'Agreement',
  'post /partners/:host/revoke': 'Agreement',
  'get /partners/:host/revoke': 'ForeseenEnd',
  'get /partners/:host/report': 'EndReport',
  'get /partners/:host/history': 'HistoryEntry[]',
  'post /partners/:host/pause': 'Pause[]',
  'post /partners/:host/resume': 'Released',
  'get /invitations': 'Invitation[]',
  'post /invitations': 'Invitation',
  'get /admin/accounts': 'Account[]',
  'post /admin/accounts/:id/silence': 'Account',
  'post /admin/accounts/:id/unsilence': 'Account',
  'post /admin/accounts/:id/suspend': 'Account',
  'post /admin/accounts/:id/unsuspend': 'Account',
  'post /admin/people/:id/suspend': 'Account',
  'post /admin/people/:id/unsuspend': 'Account',
  'put /admin/people/:id/role': 'PersonRole',
  'post /groups/:id/join': 'Group',
  'post /groups/:id/leave': 'Group',
  'post /groups/:id/requests/:account/approve': 'Membership',
  'put /groups/:id/members/:account/role': 'Membership',
  'post /groups/:id/invitations': 'Membership[]',
  'post /groups/:id/pins/:status': 'Nothing',
  'delete /groups/:id/pins/:status': 'Nothing',
  'get /groups/:id/files': 'GroupFile[]',
  'post /statuses/seen': 'Nothing',
  'get /statuses/:id/seen_by': 'SeenBy',
  'get /admin/announcements': 'Announcement[]',
  'post /admin/announcements': 'Announcement',
  'get /admin/custom_emojis': 'AdminEmoji[]',
  'get /media/usage': 'MediaUsage',
  'patch /preferences': 'Preferences',
  'get /admin/reports': 'Report[]',
  'get /admin/reports/:id': 'Report',
  'post /admin/reports/:id/resolve': 'Report',
  'post /admin/reports/:id/reopen': 'Report',
  'get /admin/domain_blocks': 'DomainBlock[]',
  'get /admin/domain_blocks/:id': 'DomainBlock',
  'post /admin/domain_blocks': 'DomainBlock',
  'put /admin/domain_blocks/:id': 'DomainBlock',
  'get /admin/block_lists': 'BlockList[]',
  'post /admin/block_list': 'ImportedBlocks',
  'post /admin/block_lists': 'BlockList',
  'delete /admin/block_lists/:id': 'Nothing',
  'post /admin/block_lists/:id/check': 'BlockList',
  'get /admin/block_lists/:id/review': 'BlockListChange',
  'post /admin/block_lists/:id/apply': 'AppliedBlocks',
  'get /admin/deliveries': 'Delivery[]',
  'get /admin/deliveries/hosts': 'SickHost[]',
  'post /admin/deliveries/retry': 'Queued',
  'get /admin/deliveries/inbound': 'FailedInbound[]',
  'post /admin/deliveries/inbound/retry': 'Queued',
  'post /conversations/:id/typing': 'Nothing',
  'post /conversations/:id/leave': 'Nothing',
};

/** What validates an answer of an endpoint; null where it is not described. */
export function answerOf(method: string, path: string): z.ZodType | null {
  const name = nameOf(method, path);
  if (!name) return null;
  return isList(name) ? z.array(ENTITIES[one(name)]) : ENTITIES[one(name)];
}

export function describedAnswer(method: string, path: string): JsonSchema | null {
  const name = nameOf(method, path);
  if (!name) return null;
  const entity = { $ref: `#/components/schemas/${one(name)}` };
  return isList(name) ? { type: 'array', items: entity } : entity;
}

/** The entities for `components.schemas`, which refer to each other by name. */
export function describedEntities(): JsonSchema {
  const names = new Map<z.ZodType, string>(
    Object.entries(ENTITIES).map(([name, schema]) => [schema, name]),
  );
  return Object.fromEntries(
    Object.entries(ENTITIES).map(([name, schema]) => [name, schemaOf(schema, names)]),
  );
}

const nameOf = (method: string, path: string) =>
  path.startsWith(BASE) ? ANSWERS[`${method} ${path.slice(BASE.length)}`] : undefined;
const isList = (name: string) => name.endsWith('[]');
const one = (name: EntityName | `${EntityName}[]`) => name.replace('[]', '') as EntityName;
