// A function that promises the next piece of a file, and null after the last. A piece lives until the next
// one is asked for: all are read into one buffer, as the collector lets garbage of a gigabyte lie. Where
// the browser's files are no byte streams, it does.
function piecesOf(blob) {
  const stream = blob.stream();
  let reader;
  let room = [new Uint8Array(8 << 20)];
  try {
    reader = stream.getReader({ mode: "byob" });
  } catch {
    reader = stream.getReader();
    room = [];
  }
  return async () => {
    const { value, done } = await reader.read(...room);
    if (done) {
      return null;
    }
    room = room.map(() => new Uint8Array(value.buffer));
    return value;
  };
}
