// Arguments: the element to drop on, and the files as pairs of a name and the bytes in base64.
const [target, files] = arguments;
const dataTransfer = new DataTransfer();
for (const [name, base64] of files) {
  const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  dataTransfer.items.add(new File([bytes], name));
}
for (const type of ["dragenter", "dragover", "drop"]) {
  target.dispatchEvent(
    new DragEvent(type, { bubbles: true, cancelable: true, composed: true, dataTransfer }),
  );
}
