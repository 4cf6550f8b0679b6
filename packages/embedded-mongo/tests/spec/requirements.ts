/** What the engine declares itself to be. */
const SERVER_VERSION = '7.0.0';
const TOPOLOGY = 'single';

export interface Requirement {
  minServerVersion?: string;
  maxServerVersion?: string;
  topologies?: string[];
  serverless?: string;
  auth?: boolean;
}

/** Unified test format: one of the requirements must hold, or there are none. */
export function applies(requirements: Requirement[] | undefined): boolean {
  return !requirements || requirements.some(holds);
}

function holds({
  minServerVersion,
  maxServerVersion,
  topologies,
  serverless,
  auth,
}: Requirement): boolean {
  if (minServerVersion && compareVersions(SERVER_VERSION, minServerVersion) < 0) return false;
  if (maxServerVersion && compareVersions(SERVER_VERSION, maxServerVersion) > 0) return false;
  if (topologies && !topologies.includes(TOPOLOGY)) return false;
  if (auth === true) return false;
  return serverless !== 'require';
}

function compareVersions(a: string, b: string): number {
  const x = a.split('.').map(Number);
  const y = b.split('.').map(Number);
  for (let i = 0; i < 3; i++) {
    const order = (x[i] ?? 0) - (y[i] ?? 0);
    if (order !== 0) return order;
  }
  return 0;
}
