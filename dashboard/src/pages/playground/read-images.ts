import { formatBytes } from "../../parts/format.ts";

export const IMAGE_TYPES = ["image/png", "image/jpeg", "image/gif", "image/webp"];

const MAX_IMAGES = 10;
/** As much as the model's API takes. */
const MAX_BYTES = 5_000_000;

/** @throws Error for the person, when these cannot be sent beside the `count` that there are */
export async function readImages(files: readonly File[], count: number): Promise<readonly string[]> {
  if (files.length + count > MAX_IMAGES) throw new Error(`A message takes ${MAX_IMAGES} images here.`);
  for (const { name, size, type } of files) {
    if (!IMAGE_TYPES.includes(type)) throw new Error(`${name} is no PNG, JPEG, GIF or WebP.`);
    if (size > MAX_BYTES) {
      throw new Error(`${name} has ${formatBytes(size)}; an image may have ${formatBytes(MAX_BYTES)}.`);
    }
  }
  return Promise.all(files.map(readAsUrl));
}

function readAsUrl(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(String(reader.result)));
    reader.addEventListener("error", () => reject(new Error(`${file.name} could not be read.`)));
    reader.readAsDataURL(file);
  });
}
