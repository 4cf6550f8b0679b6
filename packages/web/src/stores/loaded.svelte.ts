/** Something that is read as a whole: until it is there, when it is, and where it could not be read. */
export class Loaded<T> {
  value: T | null = $state.raw(null);
  error: unknown = $state.raw(null);
  readonly #read: () => Promise<T>;

  constructor(read: () => Promise<T>) {
    this.#read = read;
  }

  /** What is shown already stays, also where it cannot be read again. */
  readonly load = async (): Promise<void> => {
    try {
      this.value = await this.#read();
      this.error = null;
    } catch (error) {
      this.error = error;
    }
  };
}
