// Returns a function that promises the next piece of a file, and null after the last. A piece is
// valid until the next one is requested: all are read into one buffer, because the garbage
// collector may leave a gigabyte of garbage. In browsers whose files are not byte streams, it still
// may.
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
