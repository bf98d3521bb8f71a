/** The headers of every server-sent event stream. */
export const SSE_HEADERS = {
  "Content-Type": "text/event-stream; charset=utf-8",
  "Cache-Control": "no-cache",
  // Proxies such as nginx would buffer the events.
  "X-Accel-Buffering": "no",
};
