/** Of every answer that is a stream of server-sent events. */
export const SSE_HEADERS = {
  "Content-Type": "text/event-stream; charset=utf-8",
  "Cache-Control": "no-cache",
  // Proxies such as nginx would hold the events back.
  "X-Accel-Buffering": "no",
};
