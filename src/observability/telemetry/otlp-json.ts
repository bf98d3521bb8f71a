/** OTLP's JSON form: names in camelCase, ids in hexadecimal, 64-bit numbers as text. https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding */

export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

export interface KeyValue {
  readonly key: string;
  readonly value:
    | { readonly stringValue: string }
    | { readonly intValue: string }
    | { readonly doubleValue: number }
    | { readonly boolValue: boolean };
}

/** Without those that are unknown. Whole numbers become integers; a name that ends in `_usd` or `chunk` is a number with decimals. */
export function toKeyValues(attributes: Attributes): readonly KeyValue[] {
  return Object.entries(attributes).flatMap(([key, value]): readonly KeyValue[] => {
    switch (typeof value) {
      case "string":
        return [{ key, value: { stringValue: value } }];
      case "boolean":
        return [{ key, value: { boolValue: value } }];
      case "number":
        return [{ key, value: isDecimal(key, value) ? { doubleValue: value } : { intValue: String(value) } }];
      default:
        return [];
    }
  });
}

function isDecimal(key: string, value: number): boolean {
  return !Number.isInteger(value) || /(_usd|_chunk)$/.test(key);
}

/** Milliseconds since the epoch, as the nanoseconds that OTLP counts. */
export function toNanos(ms: number): string {
  return `${Math.round(ms)}000000`;
}
