import { FeedCount } from "../answers/feed-count.ts";

const MAX_FEEDS = 64;

/** Bounds the readers of a feed of the operator's. */
export function countFeeds(): FeedCount {
  return new FeedCount(
    MAX_FEEDS,
    `${MAX_FEEDS} readers follow this already, and it takes no more. Close one, or try again later.`,
  );
}
