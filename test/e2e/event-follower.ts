/** An event as a follower of the stream sees it; `workflow.progress` has no id. */
export interface FollowedEvent {
  readonly id: number | undefined;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A browser's view of the stream: comes back with Last-Event-ID, at the next door, until it is hung up. */
export class EventFollower {
  readonly events: FollowedEvent[] = [];
  connections = 0;
  private lastId: string | undefined;
  private readonly gone = new AbortController();
  private readonly done: Promise<void>;

  constructor(
    private readonly doors: readonly string[],
    private readonly query: string,
    private readonly token: () => Promise<string>,
  ) {
    this.done = this.follow();
  }

  async hangUp(): Promise<void> {
    this.gone.abort();
    await this.done;
  }

  private async follow(): Promise<void> {
    for (let door = 0; !this.gone.signal.aborted; door += 1) {
      try {
        await this.read(`${this.doors[door % this.doors.length]}/api/events${this.query}`);
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }

  private async read(url: string): Promise<void> {
    const headers: Record<string, string> = { authorization: `Bearer ${await this.token()}` };
    if (this.lastId !== undefined) headers['last-event-id'] = this.lastId;
    const response = await fetch(url, { headers, signal: this.gone.signal });
    this.connections += 1;
    const decoder = new TextDecoder();
    let rest = '';
    for await (const chunk of response.body ?? []) {
      const blocks = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) this.take(block);
    }
  }

  private take(block: string): void {
    const field = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
    const [id, type, data] = [field('id'), field('event'), field('data')];
    if (id !== undefined) this.lastId = id;
    if (type === undefined || data === undefined || type === 'stream.ended') return;
    const content = JSON.parse(data) as FollowedEvent['data'];
    this.events.push({ id: id === undefined ? undefined : Number(id), type, data: content });
  }
}
