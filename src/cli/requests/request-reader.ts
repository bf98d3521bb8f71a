import type { RequestLogStore } from "../../core/ports/request-log.ts";
import { exportInPages } from "../../protocols/admin/format-export.ts";
import {
  formatRequestDetail,
  formatRequestPage,
  type RequestDetailBody,
  type RequestPageBody,
} from "../../protocols/admin/format-request.ts";
import { parseExportQuery, parseRequestPageQuery } from "../../protocols/admin/parse-request-query.ts";
import {
  ControlError,
  type ControlClient,
  messageOf,
  readAnswer,
  readText,
} from "../daemon/control-client.ts";

/** Query parameters of the admin API. */
export type RequestQuery = Readonly<Record<string, string>>;

/** Reads the requests on record, with a running server or without. Its methods reject with ControlError, NoAnswerError or AppError. */
export interface RequestReader {
  page(query: RequestQuery): Promise<RequestPageBody>;
  /** Undefined when there is none. */
  find(id: string): Promise<RequestDetailBody | undefined>;
  export(query: RequestQuery): AsyncIterable<string>;
}

const PATH = "/admin/api/requests";

/** Asks the server, which also has those that are not written yet. */
export function readFromServer(client: ControlClient): RequestReader {
  return {
    page: (query) => client.get<RequestPageBody>(`${PATH}?${new URLSearchParams(query)}`),
    async find(id) {
      try {
        return await client.get<RequestDetailBody>(`${PATH}/${encodeURIComponent(id)}`);
      } catch (error) {
        if (error instanceof ControlError && error.status === 404) return undefined;
        throw error;
      }
    },
    async *export(query) {
      const response = await client.open("GET", `${PATH}/export?${new URLSearchParams(query)}`);
      if (response.statusCode !== 200) {
        throw new ControlError(response.statusCode ?? 0, messageOf(await readAnswer(response)));
      }
      yield* readText(response);
    },
  };
}

/** Reads the database itself; without one there is nothing on record. */
export function readFromLog(log: RequestLogStore | undefined): RequestReader {
  return {
    async page(query) {
      const { filter, page } = parseRequestPageQuery(query);
      const entries = (await log?.list(filter, { ...page, limit: page.limit + 1 })) ?? [];
      return formatRequestPage(entries, page.limit);
    },
    async find(id) {
      const entry = await log?.find(id);
      return entry && formatRequestDetail(entry, true);
    },
    async *export(query) {
      const { filter, format } = parseExportQuery(query);
      yield* exportInPages(async (page) => (await log?.list(filter, page)) ?? [], format);
    },
  };
}
