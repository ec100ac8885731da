/** Sets a property of the object itself, unseen by loops over it, and answers how to take it away again. */
export function setOwnProperty(object: object, name: string, value: unknown): () => void {
  const before = Object.getOwnPropertyDescriptor(object, name);
  Object.defineProperty(object, name, { value, configurable: true, writable: true, enumerable: false });
  return () => {
    // Whoever has wrapped it since keeps his wrapper; ours is then switched off by its owner.
    if (Object.getOwnPropertyDescriptor(object, name)?.value !== value) return;
    if (before) Object.defineProperty(object, name, before);
    else Reflect.deleteProperty(object, name);
  };
}
