/** A map that shows each change before it is made. */
export class WatchedMap<K, V> extends Map<K, V> {
  onChange: (key: K, old: V | undefined, next: V | undefined) => void = () => undefined;

  override set(key: K, value: V): this {
    this.onChange(key, this.get(key), value);
    return super.set(key, value);
  }

  override delete(key: K): boolean {
    if (this.has(key)) this.onChange(key, this.get(key), undefined);
    return super.delete(key);
  }

  /** Another content altogether, as of a backup: nobody changed anything. */
  replaceAll(source: ReadonlyMap<K, V>): void {
    super.clear();
    for (const [key, value] of source) super.set(key, value);
  }
}
