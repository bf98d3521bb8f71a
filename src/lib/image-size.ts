export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** Width and height from the header of a PNG, GIF, WebP or JPEG; undefined when it is none of them or is truncated. */
export function readImageSize(bytes: Buffer): ImageSize | undefined {
  try {
    if (bytes.toString("latin1", 1, 4) === "PNG") return size(bytes.readUInt32BE(16), bytes.readUInt32BE(20));
    if (bytes.toString("latin1", 0, 3) === "GIF") return size(bytes.readUInt16LE(6), bytes.readUInt16LE(8));
    if (bytes.toString("latin1", 8, 12) === "WEBP") return readWebp(bytes);
    if (bytes.readUInt16BE(0) === 0xffd8) return readJpeg(bytes);
  } catch (error) {
    // A read beyond the end: the image is truncated.
    if (!(error instanceof RangeError)) throw error;
  }
  return undefined;
}

function readWebp(bytes: Buffer): ImageSize | undefined {
  switch (bytes.toString("latin1", 12, 16)) {
    case "VP8 ":
      return size(bytes.readUInt16LE(26) & 0x3fff, bytes.readUInt16LE(28) & 0x3fff);
    case "VP8L": {
      const bits = bytes.readUInt32LE(21);
      return size((bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1);
    }
    case "VP8X":
      return size(bytes.readUIntLE(24, 3) + 1, bytes.readUIntLE(27, 3) + 1);
    default:
      return undefined;
  }
}

/** Skips from segment to segment until a frame header. */
function readJpeg(bytes: Buffer): ImageSize | undefined {
  let offset = 2;
  while (offset < bytes.length) {
    const marker = bytes.readUInt8(offset + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return size(bytes.readUInt16BE(offset + 7), bytes.readUInt16BE(offset + 5));
    offset += 2 + bytes.readUInt16BE(offset + 2);
  }
  return undefined;
}

function size(width: number, height: number): ImageSize | undefined {
  return width > 0 && height > 0 ? { width, height } : undefined;
}
