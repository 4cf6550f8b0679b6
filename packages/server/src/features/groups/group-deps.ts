/** What the use cases of this feature work with. */
import type { Apis } from '../../apis.ts';
import type { Kit } from '../../kit.ts';
import type { GroupStore } from './group-store.ts';
import type { MembershipStore } from './membership-store.ts';

export type GroupDeps = {
  kit: Kit;
  apis: Apis;
  groups: GroupStore;
  memberships: MembershipStore;
};
