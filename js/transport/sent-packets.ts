/** The packets of one direction that the other side may not have yet: as in services/sessions/sent-packets.h. */
export class SentPackets {
  readonly #maxBytes: number;
  /** The last of them. */
  readonly #kept: Uint8Array<ArrayBuffer>[] = [];
  #keptBytes = 0;
  #count = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** How many there were. */
  get count(): number {
    return this.#count;
  }

  /** Counts a packet, which is not changed any more, and keeps it. */
  add(packet: Uint8Array<ArrayBuffer>): void {
    this.#count++;
    this.#kept.push(packet);
    this.#keptBytes += packet.length;
    while (this.#keptBytes > this.#maxBytes) this.#forgetFirst();
  }

  /** The other side has the first `count`. One that claims more than there were is not believed. */
  acknowledge(count: number): void {
    if (count > this.#count) return;
    while (this.#kept.length > this.#count - count) this.#forgetFirst();
  }

  /** What follows the first `count`; undefined when not all of it is kept, or there was none such. */
  since(count: number): readonly Uint8Array<ArrayBuffer>[] | undefined {
    const missing = this.#count - count;
    if (missing < 0 || missing > this.#kept.length) return undefined;
    return this.#kept.slice(this.#kept.length - missing);
  }

  #forgetFirst(): void {
    this.#keptBytes -= this.#kept.shift()?.length ?? 0;
  }
}
