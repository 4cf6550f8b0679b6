/** Every bound on what a remote may send, in one place; each has a test. */
export const LIMITS = {
  /** Bytes of one JSON document. */
  documentBytes: 1_048_576,
  jsonDepth: 32,
  /** Keys and array items in one document. */
  jsonNodes: 20_000,
  /** The same, of a document that needs full JSON-LD, which is twenty times slower. */
  jsonLdNodes: 600,
  /** Entries of one `@context`. */
  contexts: 32,
  recipients: 2_000,
  attachments: 32,
  mentions: 100,
  hashtags: 100,
  emojis: 100,
  profileFields: 16,
  publicKeys: 8,
  proofs: 4,
  pollOptions: 20,
  praised: 20,
  talkPeople: 50,
  talkNameCharacters: 100,
  languages: 20,
  capabilities: 50,
  aliases: 10,
  /** Of a WebFinger answer. */
  links: 50,
  altTextCharacters: 5_000,
  /** Characters of HTML before it is sanitized, and of plain fields. */
  htmlCharacters: 200_000,
  textCharacters: 20_000,
  nameCharacters: 500,
} as const;
