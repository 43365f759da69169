// Base64 and gzip, the encodings of programs and reports inside a page.

function fromBase64(text) {
  if (Uint8Array.fromBase64) {
    return Uint8Array.fromBase64(text);
  }
  const chars = atob(text);
  const bytes = new Uint8Array(chars.length);
  for (let at = 0; at < chars.length; at++) {
    bytes[at] = chars.charCodeAt(at);
  }
  return bytes;
}

function toBase64(bytes) {
  if (bytes.toBase64) {
    return bytes.toBase64();
  }
  // In pieces, because a call takes a limited number of arguments.
  let chars = "";
  for (let at = 0; at < bytes.length; at += 1 << 15) {
    chars += String.fromCharCode(...bytes.subarray(at, at + (1 << 15)));
  }
  return btoa(chars);
}

function gunzip(bytes) {
  return new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
}

async function gzip(part) {
  const stream = new Blob([part]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
