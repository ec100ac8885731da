/** What the ready line tells: where everything is. */
export interface ReadyDemo {
  readonly branches: readonly { readonly name: string; readonly url: string; readonly localUri: string }[];
  readonly atlasUri: string;
  readonly apiKey: string;
}
