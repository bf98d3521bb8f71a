import type { ConfigFormat, MakeContent } from "../../config/edit/edit-config-text.ts";
import type { NewElements } from "../../config/edit/config-changes.ts";
import type { ClientPlace } from "./client-place.ts";
import type { Target } from "./target.ts";

/** A program that can use the server, and all that `turnpike connect` knows of it. */
export interface Client {
  /** As it is typed. */
  readonly name: string;
  /** Other names that people type. */
  readonly aliases?: readonly string[];
  /** As it calls itself. */
  readonly title: string;
  /** Its own pages, which what is written here has been checked against. */
  readonly documentation: readonly string[];
  plan(target: Target, place: ClientPlace): ClientPlan;
}

/** What connects a client with a server. */
export interface ClientPlan {
  /** What is written; none for a client that has only a form. */
  readonly files?: readonly ClientFile[];
  /** What the person does by hand, in this order, with the values. */
  readonly steps?: readonly string[];
  /** Where the key is afterwards, in a sentence. */
  readonly key: string;
  /** Lines for a shell, or of a program: how it is started, or used. */
  readonly start: readonly string[];
  /** What else is worth to know. */
  readonly notes?: readonly string[];
}

export type ClientFile = {
  readonly path: string;
  /** Whether the key is in it. */
  readonly holdsKey?: boolean;
} & (SettingsFile | TextFile);

/** What else is in it stays. */
export interface SettingsFile {
  readonly format: ConfigFormat;
  /** @throws ClientConflict when what is there and the content cannot both work */
  readonly content: MakeContent;
  /** What in the file as it is keeps the content from having its effect. */
  readonly warnings?: (existing: Readonly<Record<string, unknown>>) => readonly string[];
  /** Where new elements of its lists belong: the first of several models is the default of some clients. */
  readonly newElements?: NewElements;
}

/** Turnpike's own, as a whole. */
export interface TextFile {
  readonly format: "text";
  readonly text: string;
}
