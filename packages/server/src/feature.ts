/** A feature's manifest: what it adds to the house. */
import type { InboundHandler } from './inbox/inbound.ts';
import type { PersonalData } from './personal-data.ts';
import type { Endpoints } from './platform/http/endpoints.ts';
import type { Upgrade } from './platform/http/upgrade.ts';
import type { IndexSpec } from './platform/mongo.ts';
import type { JobHandler, QueueName } from './platform/queues.ts';

export type Feature = {
  name: string;
  indexes: IndexSpec[];
  /** Collections whose documents carry pending work. */
  pending?: string[];
  routes?: (endpoints: Endpoints) => void;
  /** Handlers of inbound activities, asked in the order of the features. */
  inbound?: InboundHandler[];
  /** What it keeps of one person, for their archive. */
  personalData?: PersonalData[];
  jobs?: { queue: QueueName; concurrency: number; handler: JobHandler }[];
  timers?: { name: string; everyMs: number; run: () => Promise<void> }[];
  /** Paths where a connection becomes something else than HTTP. */
  upgrades?: Upgrade[];
  /** Before the server closes: lets go what would not end by itself. */
  stop?: () => Promise<void>;
  /** Once at start, on every process, before it serves (idempotent). */
  start?: () => Promise<void>;
};
