/** Which of several addresses is next: after a loss the one behind it, in the order they were given. */
export class Rotation<Address> {
  private failures = 0;

  /** `first` is where it begins. */
  constructor(
    private readonly addresses: readonly Address[],
    private next = 0,
  ) {}

  get current(): Address {
    return this.addresses[this.next % this.addresses.length] as Address;
  }

  /** It cannot be used. True when none could since one last was: time to wait a little. */
  failed(): boolean {
    this.next++;
    this.failures++;
    return this.failures % this.addresses.length === 0;
  }

  /** It served and was lost: the others come first, for a broker that hangs is dialed in vain. */
  lost(): void {
    this.failures = 0;
    this.next++;
  }
}
