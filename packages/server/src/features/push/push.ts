/** What other features may ask of the push feature. */
export type Push = {
  /** The key by which push services know this server (instance pages show it). */
  publicKey: () => string;
  /** Somebody has a new notification: their apps are told. Never throws. */
  notified: (notification: { _id: string; account: string }) => Promise<void>;
};
