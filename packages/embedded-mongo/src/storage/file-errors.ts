/** Why a file cannot be opened: apart from what opens it, which a process that only starts the database need not load. */

/** Raised when another process holds the file. */
export class FileInUseError extends Error {}
/** Raised when the file is no database of ours or of a version we do not know. */
export class FormatError extends Error {}
