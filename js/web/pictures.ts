/** Pictures between the lines of the terminal, by iTerm's inline images protocol, which xterm.js reads. */

/** The sequence that shows a picture. SVG is drawn first: the protocol has pixels alone. */
export async function pictureSequence(
  mimeType: string,
  data: Uint8Array | string,
): Promise<string> {
  const bytes = mimeType === "image/svg+xml" ? await drawn(data) : asBytes(data);
  let binary = "";
  for (let at = 0; at < bytes.length; at += CHUNK) {
    binary += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  }
  return `\x1b]1337;File=inline=1;size=${bytes.length}:${btoa(binary)}\x07\r\n`;
}

const CHUNK = 1 << 15;

function asBytes(data: Uint8Array | string): Uint8Array {
  return typeof data === "string" ? new TextEncoder().encode(data) : data;
}

/** A PNG of an SVG, in the size that it asks for. */
async function drawn(data: Uint8Array | string): Promise<Uint8Array> {
  const url = URL.createObjectURL(new Blob([asBytes(data).slice()], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = image.naturalWidth || 300;
    canvas.height = image.naturalHeight || 150;
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve));
    if (blob === null) throw new Error("the browser cannot draw the picture");
    return new Uint8Array(await blob.arrayBuffer());
  } finally {
    URL.revokeObjectURL(url);
  }
}
