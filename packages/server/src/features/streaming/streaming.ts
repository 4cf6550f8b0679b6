/** What other features may ask of the streaming feature. All of it is a hint: nothing fails without it. */
import type { Told } from './stream-message.ts';

export type Streaming = {
  /**
   * Tells something small and the same for everybody who hears it. Names that begin with
   * `mitoyen.` reach only apps that asked for them (`mitoyen=1`).
   */
  publish: (message: { event: string; payload: unknown; to: Told }) => void;
  /** Somebody has a new notification. */
  notified: (notification: { _id: string; account: string }) => void;
  /** A conversation changed for these people. */
  conversationChanged: (id: string, accounts: string[]) => void;
  /** What somebody follows, lists or filters has changed. */
  refresh: (...accounts: string[]) => void;
  /** Ends connections at once, in every process: of these tokens (hashes), or of these people. */
  cut: (what: { tokens?: string[]; accounts?: string[] }) => void;
};
