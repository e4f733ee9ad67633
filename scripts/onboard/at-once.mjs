/** Works through the items, so many at once, in their order. Begins nothing more once `signal` is aborted. */
export async function atOnce(most, items, signal, work) {
  const left = [...items];
  const worker = async () => {
    while (left.length > 0 && !signal.aborted) await work(left.shift());
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, worker));
}
